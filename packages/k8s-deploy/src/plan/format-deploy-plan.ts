import { formatFault } from '@homerack/errors'
import { formatRef } from '../object/object-ref.ts'
import type { Change, DeployPlan, FieldChange } from './deploy-plan.ts'

/** The plan for a person: what differs, field by field. Values of Secrets are not in it. */
export function formatDeployPlan(plan: DeployPlan): string {
  const different = plan.changes.filter(({ kind }) => kind !== 'unchanged')
  const kept = plan.kept.map(
    (ref) =>
      ` ${'keep'.padEnd(9)} ${formatRef(ref)}\n${indent('not declared any more; deleted only with --allow-prune')}`,
  )
  return [
    `${plan.name}: ${formatSummary(plan)}`,
    ...different.map(formatChange),
    ...kept,
    ...plan.warnings.map(formatFault),
  ].join('\n')
}

/** `2 to create, 1 to change, 5 unchanged`. */
export function formatSummary({ summary }: Pick<DeployPlan, 'summary'>): string {
  const { create, change, prune, conflict, replace, unchanged } = summary
  const parts = [
    [create, 'to create'],
    [change, 'to change'],
    [prune, 'to prune'],
    [conflict, conflict === 1 ? 'conflict' : 'conflicts'],
    [replace, 'to replace by hand'],
    [unchanged, 'unchanged'],
  ] as const
  return (
    parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ') || 'nothing declared'
  )
}

function formatChange(change: Change): string {
  const place = change.origin ? `  ${change.origin.file}:${change.origin.line}` : ''
  return [
    ` ${change.kind.padEnd(9)} ${formatRef(change.ref)}${place}`,
    ...detailsOf(change).map(indent),
  ].join('\n')
}

const later = 'tried out when the definition of its kind is applied'

function detailsOf(change: Change): string[] {
  const unchecked = 'unchecked' in change && change.unchecked === 'definition' ? [later] : []
  return [...differencesOf(change), ...unchecked]
}

function differencesOf(change: Change): string[] {
  if (change.kind === 'change') return change.fields.map(formatField)
  if (change.kind === 'conflict')
    return change.conflicts.map(({ path, manager }) => `${path} belongs to ${manager}`)
  return change.kind === 'replace' ? [change.reason] : []
}

function formatField(field: FieldChange): string {
  const { path, before, after } = field
  if (!('before' in field)) return `${path}: ${formatValue(after)} (added)`
  if (!('after' in field)) return `${path}: ${formatValue(before)} (removed)`
  return `${path}: ${formatValue(before)} → ${formatValue(after)}`
}

const longest = 100

function formatValue(value: unknown): string {
  const text = typeof value === 'string' && !value.includes('\n') ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function indent(text: string): string {
  return `           ${text}`
}
