export type ServiceState =
  | 'Preparing'
  | 'Waiting'
  | 'Starting'
  | 'Running'
  | 'Stopping'
  | 'Finished'
  | 'Failed'

/** A Talos service and its life so far. `healthy` is undefined where Talos has no health check. */
export type Service = {
  id: string
  state: ServiceState
  healthy: boolean | undefined
  events: { message: string; state: ServiceState; time: Date }[]
}

export type Services = Readonly<Record<string, Service>>

/** Services that Talos has before it has a config, and those it starts after, by role. */
export const servicesOf = {
  maintenance: ['auditd', 'containerd', 'machined', 'syslogd', 'udevd', 'apid'],
  worker: ['cri', 'kubelet'],
  controlplane: ['cri', 'kubelet', 'trustd', 'etcd'],
} as const

const withoutHealthCheck = ['auditd', 'syslogd', 'udevd', 'machined']
const kept = 20

/** The table with one service moved to another state. */
export function moveService(
  services: Services,
  id: string,
  move: { state: ServiceState; message: string; time: Date; healthy?: boolean },
): Services {
  const { state, message, time, healthy = state === 'Running' } = move
  const before = services[id]
  const events = [...(before?.events ?? []), { message, state, time }].slice(-kept)
  return {
    ...services,
    [id]: { id, state, healthy: withoutHealthCheck.includes(id) ? undefined : healthy, events },
  }
}

/** The services that a boot waits for and that are not up yet. */
export function notUp(services: Services): string[] {
  return Object.values(services)
    .filter(({ state, healthy }) => state !== 'Running' || healthy === false)
    .map(({ id }) => id)
}
