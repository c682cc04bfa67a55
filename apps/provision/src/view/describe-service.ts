import type { ServiceState } from '../events/provision-event.ts'

export function describeService(state: ServiceState): string {
  switch (state.kind) {
    case 'waiting':
      return `waits for ${state.for}`
    case 'applying':
      return `applying ${state.done} of ${state.total}`
    case 'rolling out':
      return state.waitsFor
    case 'ready':
      return 'ready'
    case 'failed':
      return state.faults.map(({ code, cause }) => `${code} ${cause}`).join('; ')
  }
}
