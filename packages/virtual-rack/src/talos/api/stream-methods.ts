import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { machine } from '@homerack/talos/protocol'
import { adminKubeconfig } from '../admin-kubeconfig.ts'
import type { TalosNode } from '../talos-node.ts'
import { tarGz } from '../tar-gz.ts'
import { type Call, refuse } from './call.ts'
import { eventMessage } from './event-message.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof machine.MachineService>>

const lookAgainMs = 200

/** The streaming methods of MachineService. */
export function streamMethods({ node, signal }: Call): Methods {
  return {
    async *kubeconfig() {
      const { config } = node.state()
      if (config?.type !== 'controlplane')
        throw refuse('Unimplemented', 'kubeconfig is only available on control plane nodes')
      yield { bytes: tarGz('kubeconfig', Buffer.from(await adminKubeconfig(config, node.world.now()))) }
    },
    async *dmesg({ follow, tail }) {
      yield* consoleLines(node, {
        follow,
        signal,
        from: tail && follow ? 'end' : 'start',
        matches: () => true,
      })
    },
    async *logs({ id, follow }) {
      if (!(id in node.state().services)) throw refuse('NotFound', `log "${id}" was not registered`)
      yield* consoleLines(node, {
        follow,
        signal,
        from: 'start',
        matches: (line) => line.includes(`service[${id}]`),
      })
    },
    async *read({ path }) {
      if (path !== '/proc/sys/kernel/random/boot_id')
        throw refuse('NotFound', `stat ${path}: no such file or directory`)
      yield { bytes: new Uint8Array(Buffer.from(`${node.bootId}\n`)) }
    },
    async *events({ tailEvents, tailId, tailSeconds, withActorId }) {
      const since = tailSeconds > 0 ? new Date(node.world.now().getTime() - tailSeconds * 1000) : undefined
      const tail = { events: tailEvents, ...(tailId && { afterId: tailId }), ...(since && { since }) }
      const events = node.events.watch(tail, signal)
      // An empty event tells clients that the stream has begun.
      yield {}
      for await (const event of events) {
        if (!withActorId || event.actor === withActorId) yield eventMessage(event)
      }
    },
  }
}

type Lines = {
  follow: boolean
  signal: AbortSignal
  from: 'start' | 'end'
  matches: (line: string) => boolean
}

async function* consoleLines(node: TalosNode, { follow, signal, from, matches }: Lines) {
  let seen = from === 'end' ? (await readFile(node.console.path)).length : 0
  do {
    const text = (await readFile(node.console.path)).subarray(seen).toString()
    seen += Buffer.byteLength(text)
    for (const line of text.split('\n')) {
      if (line !== '' && matches(line)) yield { bytes: new Uint8Array(Buffer.from(`${line}\n`)) }
    }
    if (follow) await sleep(lookAgainMs, undefined, { signal })
  } while (follow)
}
