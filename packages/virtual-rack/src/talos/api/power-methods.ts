import type { machine } from '@homerack/talos/protocol'
import { endBoot } from '../end-boot.ts'
import { pullImage } from '../node-images.ts'
import { resetNode } from '../reset-node.ts'
import { whyNotUpgradable } from '../running-etcd.ts'
import type { TalosNode } from '../talos-node.ts'
import { install, rollBack, stageUpgrade, versionOfImage } from '../upgrade-node.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof machine.MachineService>>

/** The methods of MachineService that end a boot. They answer first and act then. */
export function powerMethods({ node }: Call): Methods {
  return {
    reboot: () => ({ messages: [{ actorId: reboot(node) }] }),
    shutdown() {
      const ending = { sequence: 'shutdown', stage: 'shutting down', end: 'shutdown' } as const
      return { messages: [{ actorId: endBoot(node, ending) }] }
    },
    reset({ graceful, reboot: again, systemPartitionsToWipe }) {
      const labels = systemPartitionsToWipe.filter(({ wipe }) => wipe).map(({ label }) => label)
      const work = () => resetNode(node, { graceful, labels })
      const end = again ? 'reboot' : 'shutdown'
      return { messages: [{ actorId: endBoot(node, { sequence: 'reset', stage: 'resetting', end, work }) }] }
    },
    upgrade: (request) => upgrade(node, request),
    async rollback() {
      if (!(await rollBack(node))) throw refuse('FailedPrecondition', 'there is no version to roll back to')
      reboot(node)
      return { messages: [{}] }
    },
  }
}

function reboot(node: TalosNode): string {
  return endBoot(node, { sequence: 'reboot', stage: 'rebooting', end: 'reboot' })
}

/**
 * The old Upgrade call: it pulls, asks etcd unless told not to, and then drains, installs and reboots on its own
 * (Talos 1.13, `v1alpha1_server.go`).
 */
async function upgrade(node: TalosNode, { image, force, preserve, stage }: machine.UpgradeRequest) {
  if (!versionOfImage(image)) throw refuse('Unknown', `error validating installer image "${image}"`)
  await pullImage(node, image, 'system')
  const controlPlane = node.state().config?.type === 'controlplane'
  const why = controlPlane && !force && !preserve ? whyNotUpgradable(node) : undefined
  if (why) throw refuse('Unknown', why)
  if (stage) await stageUpgrade(node, image)
  const actorId = endBoot(
    node,
    stage
      ? { sequence: 'stageUpgrade', stage: 'rebooting', end: 'reboot' }
      : { sequence: 'upgrade', stage: 'upgrading', end: 'reboot', work: () => drainAndInstall(node, image) },
  )
  return { messages: [{ ack: 'Upgrade request received', actorId }] }
}

async function drainAndInstall(node: TalosNode, image: string): Promise<void> {
  await node.world.kubernetes.forNode(node)?.drain(node)
  await install(node, image)
}
