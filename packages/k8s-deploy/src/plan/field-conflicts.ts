import type { ApiStatus } from '../cluster/api-status.ts'
import type { FieldConflict } from './deploy-plan.ts'

/**
 * The conflicts of a refused server-side apply; none if it was refused for something else. A cause says
 * `conflict with "kubectl-edit" using apps/v1 at 2026-11-22T20:14:00Z`.
 */
export function fieldConflicts({ causes }: ApiStatus): FieldConflict[] {
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => ({
      path: field.replace(/^\./, ''),
      manager: /^conflict with "([^"]*)"/.exec(message)?.[1] ?? message,
    }))
}
