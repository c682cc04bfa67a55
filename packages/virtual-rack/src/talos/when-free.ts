import { setTimeout as sleep } from 'node:timers/promises'
import type { TalosNode } from './talos-node.ts'

const problems: Record<string, string | undefined> = {
  EADDRINUSE: 'address conflict, somebody else answers there',
  EADDRNOTAVAIL: 'the address is not in the network of this rack',
}

/** What is wrong with a port that cannot be opened, in words. Rethrows what is wrong with something else. */
export function portProblem(error: unknown): string {
  const problem = problems[(error as NodeJS.ErrnoException).code ?? '']
  if (!problem) throw error
  return problem
}

/** Opens a port at a node's address as soon as it can. Two nodes with one address are no bug of ours. */
export async function whenFree<T>(node: TalosNode, port: number, open: () => Promise<T>): Promise<T> {
  for (let said = false; ; said = true) {
    try {
      return await open()
    } catch (error) {
      const problem = portProblem(error)
      if (!said) node.log(`${node.state().address}:${port}: ${problem}`)
      await sleep(200, undefined, { signal: node.signal })
    }
  }
}
