import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Paths of files below `root`, relative to it. In a Git repository: tracked and untracked, but not ignored. */
export async function listFiles(root: string, signal?: AbortSignal): Promise<string[]> {
  const tracked = await gitFiles(root, signal)
  return (tracked ?? (await allFiles(root, ''))).toSorted()
}

async function gitFiles(root: string, signal?: AbortSignal): Promise<string[] | undefined> {
  try {
    const { stdout } = await run(
      'git',
      ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
      { maxBuffer: 2 ** 28, ...(signal && { signal }) },
    )
    return stdout.split('\0').filter(Boolean)
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

async function allFiles(root: string, below: string): Promise<string[]> {
  const entries = await readdir(`${root}/${below}`, { withFileTypes: true })
  const lists = entries.map(async (entry) => {
    const path = below + entry.name
    if (entry.isFile()) return [path]
    if (!entry.isDirectory() || entry.name === '.git' || entry.name === 'node_modules') return []
    return allFiles(root, `${path}/`)
  })
  return (await Promise.all(lists)).flat()
}
