import type { MachineConfig } from './machine-config.ts'
import type { TalosEnd } from './talos-node.ts'

/** What the API asks of a node's life. */
export type NodeControl = {
  /** A config that is on the disk and takes effect now. */
  configure(config: MachineConfig): void
  /** Ends this boot. The first call decides. */
  finish(end: TalosEnd): void
  /** The next config, or how this boot ends. */
  next(): Promise<MachineConfig | TalosEnd>
}

export function createNodeControl(): NodeControl {
  const waiting: (MachineConfig | TalosEnd)[] = []
  let wake = Promise.withResolvers<void>()
  const push = (each: MachineConfig | TalosEnd) => {
    waiting.push(each)
    wake.resolve()
  }
  return {
    configure: push,
    finish: push,
    async next() {
      for (;;) {
        const [first] = waiting.splice(0, 1)
        if (first !== undefined) return first
        await wake.promise
        wake = Promise.withResolvers()
      }
    },
  }
}
