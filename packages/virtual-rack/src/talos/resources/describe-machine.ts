import { notUp } from '../service-table.ts'
import type { TalosNode } from '../talos-node.ts'
import { protoFields } from './proto-fields.ts'
import type { ResourceEntry } from './resource-store.ts'

/** Stage, services, config and time of a machine. */
export function describeMachine(node: TalosNode): ResourceEntry[] {
  const { stage, services, config, hostname } = node.state()
  const runtime = { namespace: 'runtime' }
  const unmet = unmetConditions(node)
  return [
    {
      ...runtime,
      type: 'MachineStatuses.runtime.talos.dev',
      id: 'machine',
      spec: { stage, status: { ready: unmet.length === 0, unmetConditions: unmet } },
    },
    ...Object.values(services)
      .filter(({ state }) => state === 'Running')
      .map(({ id, healthy }) => ({
        ...runtime,
        type: 'Services.v1alpha1.talos.dev',
        id,
        spec: { running: true, healthy: healthy ?? false, unknown: healthy === undefined },
      })),
    {
      ...runtime,
      type: 'TimeStatuses.v1alpha1.talos.dev',
      id: 'node',
      spec: { synced: node.clockInSync(), epoch: 1, syncDisabled: false },
    },
    { ...runtime, type: 'SecurityStates.talos.dev', id: 'securitystate', spec: { secureBoot: false } },
    { ...runtime, type: 'KernelCmdlines.runtime.talos.dev', id: 'cmdline', spec: { cmdline: kernelCmdline } },
    ...(config
      ? [
          {
            namespace: 'config',
            type: 'MachineConfigs.config.talos.dev',
            id: 'v1alpha1',
            // Tells clients that the spec is one string and not a map.
            annotations: { 'talos.dev/yaml-spec': '1' },
            spec: config.text,
          },
          {
            namespace: 'config',
            type: 'MachineTypes.config.talos.dev',
            id: 'machine-type',
            spec: config.type,
          },
          {
            namespace: 'k8s',
            type: 'Nodenames.kubernetes.talos.dev',
            id: 'nodename',
            spec: { nodename: hostname, skipNodeRegistration: false },
            // talos.resource.definitions.k8s.NodenameSpec: `talosctl upgrade` drains by this name.
            proto: protoFields([[1, hostname]]),
          },
        ]
      : []),
  ]
}

const kernelCmdline = 'talos.platform=metal console=tty0 console=ttyAMA10,115200 talos.dashboard.disabled=1'

/** What Talos waits for before it calls itself ready, in its words and its order. */
export function unmetConditions(node: TalosNode): { name: string; reason: string }[] {
  const { stage, services, config, hostname, nodeReady } = node.state()
  if (stage !== 'booting' && stage !== 'running') return []
  const waiting = notUp(services)
  const conditions = [
    { name: 'time', reason: node.clockInSync() ? '' : 'time is not synced' },
    { name: 'services', reason: waiting.map((id) => `${id} not ${stateOf(services[id]?.state)}`).join(', ') },
    {
      name: 'nodeReady',
      reason: config && !nodeReady ? `node "${hostname}" status is not available yet` : '',
    },
  ]
  return conditions.filter(({ reason }) => reason !== '')
}

function stateOf(state: string | undefined): string {
  return state === 'Running' ? 'healthy' : 'running'
}
