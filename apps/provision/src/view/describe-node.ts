import type { NodeState } from '../events/node-state.ts'
import { formatBytes } from '../format/format-bytes.ts'
import { formatDuration } from '../format/format-duration.ts'

/** What a node is doing, in one short line. `since` is how long it has been in this state, in milliseconds. */
export function describeNode(state: NodeState, slot: number, since: number): string {
  switch (state.kind) {
    case 'unseen':
      return `no boot request for ${Math.floor(since / 1000)} s: is slot ${slot} powered?`
    case 'netbooting':
      return state.detail
    case 'flashing': {
      const share = state.total === 0 ? 1 : state.done / state.total
      const left =
        state.rate > 0 ? `  ${formatDuration((1000 * (state.total - state.done)) / state.rate)} left` : ''
      const rate = state.rate > 0 ? `  ${formatBytes(state.rate)}/s` : ''
      const verb = state.phase === 'verify' ? ' read back' : ''
      return `${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %${verb}${rate}${left}`
    }
    case 'maintenance':
      return `Talos waits for its machine config at ${state.address}`
    case 'configuring':
      return `takes its machine config at ${state.address}`
    case 'joining':
      return state.waitsFor
    case 'ready':
      return state.detail
    case 'refused':
      return state.faults.map(({ code, cause }) => `${code} ${cause}`).join('; ')
  }
}

function bar(share: number): string {
  const width = 20
  const full = Math.round(Math.min(1, share) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}
