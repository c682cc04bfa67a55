import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { isJsonObject, type KubeObject, textAt } from '../object/kube-object.ts'
import { identityOf, refOf } from '../object/object-ref.ts'

/** A set of objects as it was applied, kept in the cluster. */
export type Revision = {
  /** Counts from 1. */
  readonly number: number
  /** When it was applied, by the clock of the API server. */
  readonly time: string
  /** Everything in it became ready. */
  readonly ready: boolean
  /** How many objects it has. */
  readonly objects: number
  /** SHA-256 of its content. */
  readonly digest: string
}

export const revisionType = 'homerack.dev/revision'
export const serviceLabel = 'homerack.dev/service'
export const revisionLabel = 'homerack.dev/revision'
export const readyLabel = 'homerack.dev/ready'
const digestAnnotation = 'homerack.dev/digest'
const partsAnnotation = 'homerack.dev/parts'
const objectsAnnotation = 'homerack.dev/objects'

/** A Secret holds 1 MiB at most, names included; what is longer goes into several. */
export const longestPart = 1_000_000

/** More than this many bytes are no set of ours. */
const longestSet = 256 << 20

/** The text of a set, the same for the same objects in any order. */
export function textOfSet(objects: readonly KubeObject[]): string {
  return JSON.stringify(objects.toSorted((a, b) => (identityOf(refOf(a)) < identityOf(refOf(b)) ? -1 : 1)))
}

export function digestOf(objects: readonly KubeObject[]): string {
  return createHash('sha256').update(textOfSet(objects)).digest('hex')
}

/** `homerack-notes-v3`; its further parts are `homerack-notes-v3-p2` and so on. */
export function nameOfPart(service: string, number: number, part = 1): string {
  return `homerack-${service}-v${number}${part > 1 ? `-p${part}` : ''}`
}

/** The Secrets that keep a set, in the order of their parts. The first one is what makes the revision exist. */
export function toSecrets(
  service: { readonly name: string; readonly namespace: string },
  number: number,
  objects: readonly KubeObject[],
): KubeObject[] {
  const bytes = gzipSync(textOfSet(objects))
  const count = Math.max(1, Math.ceil(bytes.length / longestPart))
  const annotations = {
    [digestAnnotation]: digestOf(objects),
    [partsAnnotation]: String(count),
    [objectsAnnotation]: String(objects.length),
  }
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: revisionType,
    metadata: {
      name: nameOfPart(service.name, number, index + 1),
      namespace: service.namespace,
      labels: { [serviceLabel]: service.name, [revisionLabel]: String(number) },
      ...(index === 0 ? { annotations } : {}),
    },
    data: {
      objects: bytes.subarray(index * longestPart, (index + 1) * longestPart).toString('base64'),
    },
  }))
}

/** The revision whose first Secret has this metadata; undefined for any other Secret. */
export function toRevision(secret: unknown): Revision | undefined {
  const annotation = (name: string) => textAt(secret, 'metadata', 'annotations', name)
  const label = (name: string) => textAt(secret, 'metadata', 'labels', name)
  const number = Number(label(revisionLabel))
  if (!Number.isSafeInteger(number) || number < 1 || annotation(digestAnnotation) === '') return undefined
  return {
    number,
    time: textAt(secret, 'metadata', 'creationTimestamp'),
    ready: label(readyLabel) === 'true',
    objects: Number(annotation(objectsAnnotation)),
    digest: annotation(digestAnnotation),
  }
}

/** How many Secrets a revision has, as its first one says. */
export function partsOf(secret: unknown): number {
  const parts = Number(textAt(secret, 'metadata', 'annotations', partsAnnotation))
  return Number.isSafeInteger(parts) && parts > 0 && parts < 1000 ? parts : 1
}

/** The objects that the Secrets of a revision keep. Throws E_REVISION_DAMAGED. */
export function fromSecrets(secrets: readonly unknown[], subject: string): KubeObject[] {
  try {
    const bytes = secrets.map((secret) => Buffer.from(textAt(secret, 'data', 'objects'), 'base64'))
    const objects: unknown = JSON.parse(
      gunzipSync(Buffer.concat(bytes), { maxOutputLength: longestSet }).toString('utf8'),
    )
    if (!Array.isArray(objects) || !objects.every(isKubeObject))
      throw new Error('it holds no list of objects')
    if (digestOf(objects) !== textAt(secrets[0], 'metadata', 'annotations', digestAnnotation))
      throw new Error('its content does not match its digest')
    return objects
  } catch (error) {
    // A parser quotes what it reads, and that may be a Secret.
    const cause = error instanceof SyntaxError ? 'its content is not JSON' : (error as Error).message
    throw new FaultError({ code: 'E_REVISION_DAMAGED', subject, cause: `cannot be read: ${cause}` })
  }
}

function isKubeObject(value: unknown): value is KubeObject {
  return (
    textAt(value, 'apiVersion') !== '' &&
    textAt(value, 'kind') !== '' &&
    isJsonObject(value) &&
    textAt(value, 'metadata', 'name') !== ''
  )
}
