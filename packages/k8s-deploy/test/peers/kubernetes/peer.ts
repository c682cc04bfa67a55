import { execFile } from 'node:child_process'
import { findPeer, type PeerName } from '@homerack/testbed'
import type { TestContext } from 'vitest'

/** The path of a foreign program; without it the test is skipped, and says why. */
export function needPeer(context: TestContext, name: PeerName): string {
  const found = findPeer(name)
  if ('missing' in found) context.skip(found.missing)
  return 'path' in found ? found.path : ''
}

export type Output = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end, with a text as its input. */
export function runProgram(
  path: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(
      path,
      args,
      { env: { PATH: process.env.PATH, ...env }, maxBuffer: 32 << 20 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
      },
    )
    child.stdin?.end(input)
  })
}
