import { formatFault } from '@homerack/errors'
import type { EventReader } from '../events/event-stream.ts'
import { formatDuration } from '../format/format-duration.ts'
import { describeNode } from './describe-node.ts'
import { describeService } from './describe-service.ts'

/** One line per change, for logs and terminals that cannot be redrawn. Progress is told in quarters. */
export function plainView(write: (text: string) => void): EventReader {
  const slots = new Map<string, number>()
  const last = new Map<string, string>()
  const say = (ms: number, subject: string, text: string) => {
    if (last.get(subject) === text) return
    last.set(subject, text)
    for (const line of text.split('\n'))
      write(`${formatDuration(ms).padStart(7)}  ${subject.padEnd(14)} ${line}\n`)
  }
  return (event) => {
    switch (event.type) {
      case 'start':
        for (const { name, slot } of event.nodes) slots.set(name, slot)
        return say(
          event.ms,
          event.rack,
          `${event.nodes.length} boards, Talos ${event.talos}, Kubernetes ${event.kubernetes}`,
        )
      case 'node': {
        const { state, node } = event
        if (state.kind === 'flashing') {
          const quarter = state.total === 0 ? 100 : Math.floor((4 * state.done) / state.total) * 25
          return say(
            event.ms,
            node,
            `flashing    ${state.phase === 'verify' ? 'read back' : 'written'} ${quarter} %`,
          )
        }
        if (state.kind === 'netbooting' && state.detail.startsWith('loads ')) {
          return say(event.ms, node, 'netbooting  loads its first stage')
        }
        return say(event.ms, node, `${state.kind.padEnd(11)} ${describeNode(state, slots.get(node) ?? 0, 0)}`)
      }
      case 'cluster':
        return say(event.ms, 'cluster', event.detail)
      case 'service': {
        const { service, state } = event
        if (state.kind === 'applying') return say(event.ms, service, `applying    ${state.total} objects`)
        return say(event.ms, service, `${state.kind.padEnd(11)} ${describeService(state)}`)
      }
      case 'unknown-board':
        return say(event.ms, event.serial, `not in the file, not booted (MAC ${event.mac})`)
      case 'fault':
        return say(event.ms, event.fault.subject, formatFault(event.fault))
    }
  }
}
