import { formatFault } from '@homerack/errors'
import { describeDisk } from './choose-disk.ts'
import { isEmpty, type Plan, type Step } from './plan.ts'

/** The plan as a person reads it before saying yes. */
export function formatPlan(plan: Plan): string {
  if (isEmpty(plan)) return `${plan.rack} is as the file says. Nothing to do.`
  const rows = plan.steps.map((step) => row(step, plan))
  const width = Math.max(...rows.map(([subject]) => subject.length))
  return [
    `Plan for ${plan.rack} (nothing has been changed)`,
    '',
    ...rows.map(([subject, verb, detail]) =>
      ` ${subject.padEnd(width)}  ${verb.padEnd(9)}  ${detail}`.trimEnd(),
    ),
    ...plan.refused.flatMap(({ faults }) => ['', ...faults.map(formatFault)]),
    '',
    ` ${summarise(plan)}`,
  ].join('\n')
}

/** Nodes whose disks will be written. */
export function erasedNodes(plan: Plan): string[] {
  return plan.steps.flatMap((step) => (step.kind === 'flash' ? [step.node] : []))
}

function row(step: Step, plan: Plan): readonly [subject: string, verb: string, detail: string] {
  switch (step.kind) {
    case 'flash': {
      const image = `Talos ${plan.image.talos}, image sha256 ${plan.image.sha256.slice(0, 8)}…`
      return [step.node, 'flash', `${describeDisk(step.disk)}; ${image}`]
    }
    case 'configure': {
      const role = step.role === 'controlplane' ? 'control plane' : 'worker'
      const changes = step.changes.length > 0 ? `: ${step.changes.join(', ')}` : ''
      return [step.node, 'configure', `${role} at ${step.address}${changes}`]
    }
    case 'bootstrap':
      return ['cluster', 'bootstrap', 'etcd on one control plane, once']
    case 'join':
      return ['cluster', 'join', `etcd ${step.from} → ${step.to} members`]
    case 'deploy':
      return [step.service, 'deploy', step.plan ? countChanges(step.plan) : 'everything that it declares']
    case 'await':
      return [step.subject, 'wait', step.reason]
  }
}

function countChanges(plan: NonNullable<Extract<Step, { kind: 'deploy' }>['plan']>): string {
  const counts = new Map<string, number>()
  for (const { kind } of plan.changes) if (kind !== 'unchanged') counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${count} to ${kind}`).join(', ')
}

function summarise(plan: Plan): string {
  const flash = erasedNodes(plan)
  const touched = new Set(plan.steps.flatMap((step) => ('node' in step ? [step.node] : [])))
  const deploy = plan.steps.filter(({ kind }) => kind === 'deploy').length
  const boards = `Boards: ${flash.length} to flash, ${touched.size - flash.length} to configure, ${plan.unchanged.nodes} unchanged, ${plan.refused.length} refused.`
  const services = `Services: ${deploy} to deploy, ${plan.unchanged.services} unchanged.`
  const erased = flash.length > 0 ? `\n Disks that will be written: ${flash.join(', ')}.` : ''
  return `${boards} ${services}${erased}`
}
