import { runEtcd } from './run-etcd.ts'
import { runKubelet } from './run-kubelet.ts'
import { moveService, notUp, type ServiceState, servicesOf } from './service-table.ts'
import type { TalosNode } from './talos-node.ts'

const startMs = 250

/** Moves one service, says so on the console, and ends the boot stage when everything is up. */
export function move(
  node: TalosNode,
  id: string,
  state: ServiceState,
  message: string,
  healthy?: boolean,
): void {
  const time = node.world.now()
  const services = moveService(node.state().services, id, {
    state,
    message,
    time,
    ...(healthy !== undefined && { healthy }),
  })
  node.log(`service[${id}](${state}): ${message}`)
  node.events.push({ kind: 'service', service: id, state, message, healthy: services[id]?.healthy })
  const up = node.state().stage === 'booting' && notUp(services).length === 0 && 'kubelet' in services
  node.update({ services, ...(up && { stage: 'running' as const }) })
}

/** The services that run with or without a config. */
export function startBasicServices(node: TalosNode): void {
  for (const id of servicesOf.maintenance) move(node, id, 'Running', 'Started')
}

/**
 * Runs what a configured node runs. Never resolves; rejects when this boot ends. What it starts is added to
 * `running`: it takes a moment to come to rest after that.
 */
export async function runServices(node: TalosNode, running: Promise<unknown>[]): Promise<never> {
  const config = node.state().config
  if (!config) throw new TypeError('services need a config')
  const controlPlane = config.type === 'controlplane'
  for (const id of servicesOf[config.type])
    move(node, id, 'Waiting', 'Waiting for service "containerd" to be "up"')
  await node.world.delay(startMs, node.signal)
  move(node, 'cri', 'Running', 'Health check successful')
  if (controlPlane) move(node, 'trustd', 'Running', 'Health check successful')
  const services = [runKubelet(node), ...(controlPlane ? [runEtcd(node)] : [])]
  running.push(...services)
  return Promise.race(services)
}
