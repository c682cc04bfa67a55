import type { KubeObject } from '../object/kube-object.ts'

const annotation = 'homerack.dev/apply'

/**
 * Annotated `homerack.dev/apply: once`, as a Secret is whose password a module draws: made if it is missing, and never
 * changed. One that somebody else made stays theirs.
 */
export function isMadeOnce({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[annotation] === 'once'
}
