import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { NetbootEvent } from '../../src/index.ts'
import { makeSmallImage } from '../stand-in.ts'
import type { Host } from './network.ts'

export const cli = join(import.meta.dirname, '../../src/cli.ts')

/** Options of `flasher serve` for an image and a kernel that are made in the folder. */
export async function serveOptions(folder: string): Promise<string[]> {
  const { raw } = await makeSmallImage(folder)
  const kernel = Buffer.alloc(4096)
  kernel.write('ARM\x64', 56, 'latin1')
  await writeFile(join(folder, 'Image'), kernel)
  return [
    'serve',
    '--image',
    raw,
    '--kernel',
    join(folder, 'Image'),
    '--cache',
    join(folder, 'cache'),
    '--json',
  ]
}

/** `flasher serve` as a process on a machine of the network; `events` grows while it runs. */
export async function startFlasher(
  host: Host,
  options: readonly string[],
): Promise<{ child: ChildProcess; events: NetbootEvent[] }> {
  const events: NetbootEvent[] = []
  const { child, line } = await host.startNode(cli, [...options, '--listen', host.address])
  events.push(JSON.parse(line))
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  lines.on('line', (each) => events.push(JSON.parse(each)))
  return { child, events }
}
