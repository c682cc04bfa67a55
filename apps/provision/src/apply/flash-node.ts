import { FaultError } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import type { Step } from '../plan/plan.ts'
import type { Run } from './run.ts'
import { until } from './until.ts'

/**
 * Lets a board write its disk, and returns when it has read back what it wrote. An agent that is already
 * writing our image, for an operator process that died, is left to finish.
 *
 * @throws FaultError what the agent refused or failed with.
 */
export async function flashNode(
  run: Run,
  node: RackNode,
  step: Extract<Step, { kind: 'flash' }>,
): Promise<void> {
  const { netboot, journal, signal, site } = run
  const disk = step.disk
  if (!disk) throw new Error(`a plan without a disk for ${node.name} cannot be applied`)
  const board = () => netboot.boards().find(({ serial }) => serial === node.serial)
  const detail = `${disk.serial}, image ${site.image.manifest.sha256}`
  if (board()?.state.kind !== 'working') {
    journal.write({ step: 'flash', subject: node.name, status: 'begin', detail })
    netboot.assign(node.serial, { disk: { serial: disk.serial, size: disk.size }, erase: step.erase })
  }
  const end = await until(async () => {
    const state = board()?.state
    return state?.kind === 'flashed' || state?.kind === 'failed' ? state : undefined
  }, signal)
  if (end.kind === 'failed') {
    journal.write({ step: 'flash', subject: node.name, status: 'failed', detail: end.fault.code })
    throw new FaultError(end.fault)
  }
  journal.write({
    step: 'flash',
    subject: node.name,
    status: 'done',
    detail: `${disk.serial}, read back ${end.sha256}`,
  })
}
