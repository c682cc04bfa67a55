import type { DeleteOptions } from '../registry/deletion.ts'
import type { WriteOptions } from '../registry/registry.ts'
import { badRequest, StatusError } from '../registry/status-error.ts'
import { at, isObject } from '../types/object.ts'

/** The options of a write, from its query. Without a field manager the client's own name stands in. */
export function writeOptions(query: URLSearchParams, userAgent: string | undefined): WriteOptions {
  const validation = query.get('fieldValidation')
  return {
    manager: query.get('fieldManager') || (userAgent ?? '').split('/')[0] || 'unknown',
    dryRun: isDryRun(query.getAll('dryRun')),
    fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
  }
}

/** The options of a delete: the body where there is one, then the query. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const given = isObject(body) ? body : {}
  const policy = given.propagationPolicy ?? query.get('propagationPolicy') ?? undefined
  const grace = given.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  const dryRun = Array.isArray(given.dryRun) ? given.dryRun.map(String) : query.getAll('dryRun')
  const propagation = (['Background', 'Foreground', 'Orphan'] as const).find((one) => one === policy)
  if (policy !== undefined && policy !== null && !propagation)
    throw badRequest(`unknown propagationPolicy ${policy}`)
  const uid = at(given, 'preconditions', 'uid')
  const resourceVersion = at(given, 'preconditions', 'resourceVersion')
  return {
    propagation,
    gracePeriodSeconds: grace === undefined || grace === null ? undefined : Number(grace),
    preconditions: {
      uid: typeof uid === 'string' ? uid : undefined,
      resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
    },
    dryRun: isDryRun(dryRun),
  }
}

function isDryRun(values: readonly string[]): boolean {
  for (const value of values) {
    if (value !== 'All') {
      const message = `Invalid value: ["${value}"]: dryRun: Unsupported value: "${value}": supported values: "All"`
      throw new StatusError(422, 'Invalid', message, {})
    }
  }
  return values.length > 0
}
