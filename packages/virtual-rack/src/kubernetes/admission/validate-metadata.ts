import type { StatusCause } from '../registry/status-error.ts'
import { isObject, type KubeObject } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const annotationLimit = 256 * 1024

const messages = {
  label:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label1035:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  subdomain:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
}

export function required(field: string, why = ''): StatusCause {
  return { reason: 'FieldValueRequired', message: `Required value${why === '' ? '' : `: ${why}`}`, field }
}

export function bad(field: string, value: unknown, why: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field }
}

export function forbiddenField(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field }
}

/** What is wrong with the name, labels, annotations, finalizers and owners of an object. */
export function validateMetadata(resource: Resource, object: KubeObject): StatusCause[] {
  const { name, labels, annotations, finalizers, ownerReferences } = object.metadata
  return [
    ...validateName(resource, name),
    ...validateLabels(labels, 'metadata.labels'),
    ...validateAnnotations(annotations),
    ...stringList(finalizers, 'metadata.finalizers'),
    ...(ownerReferences ?? []).flatMap((owner, index) =>
      isObject(owner) && owner.apiVersion && owner.kind && owner.name && owner.uid
        ? []
        : [
            bad(
              `metadata.ownerReferences[${index}]`,
              owner,
              'apiVersion, kind, name and uid must not be empty',
            ),
          ],
    ),
  ]
}

function validateName(resource: Resource, name: string): StatusCause[] {
  if (typeof name !== 'string' || name === '') {
    return [required('metadata.name', 'name or generateName is required')]
  }
  if (resource.group === 'rbac.authorization.k8s.io') {
    return /^\.{1,2}$|[/%]/.test(name) ? [bad('metadata.name', name, "may not contain '/' or '%'")] : []
  }
  const rule =
    resource.kind === 'Service'
      ? 'label1035'
      : resource.kind === 'Namespace'
        ? 'label'
        : ('subdomain' as const)
  const pattern = { label, label1035, subdomain }[rule]
  const limit = rule === 'subdomain' ? 253 : 63
  if (name.length > limit) return [bad('metadata.name', name, `must be no more than ${limit} characters`)]
  return pattern.test(name) ? [] : [bad('metadata.name', name, messages[rule])]
}

export function validateLabels(labels: unknown, field: string): StatusCause[] {
  if (labels === undefined) return []
  if (!isObject(labels)) return [bad(field, labels, 'must be a map of strings')]
  return Object.entries(labels).flatMap(([key, value]) => {
    const causes: StatusCause[] = []
    if (!isQualifiedName(key)) {
      causes.push(bad(field, key, "name part must consist of alphanumeric characters, '-', '_' or '.'"))
    }
    if (typeof value !== 'string') causes.push(bad(field, value, 'must be a string'))
    else if (value.length > 63) causes.push(bad(field, value, 'must be no more than 63 characters'))
    else if (value !== '' && !qualifiedName.test(value)) {
      causes.push(
        bad(
          field,
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      )
    }
    return causes
  })
}

function validateAnnotations(annotations: unknown): StatusCause[] {
  const field = 'metadata.annotations'
  if (annotations === undefined) return []
  if (!isObject(annotations)) return [bad(field, annotations, 'must be a map of strings')]
  const entries = Object.entries(annotations)
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0)
  return [
    ...entries.flatMap(([key, value]) => {
      if (!isQualifiedName(key.toLowerCase())) return [bad(field, key, 'is not a qualified name')]
      return typeof value === 'string' ? [] : [bad(field, value, 'must be a string')]
    }),
    ...(size > annotationLimit
      ? [
          {
            reason: 'FieldValueTooLong',
            message: `Too long: may not be more than ${annotationLimit} bytes`,
            field,
          },
        ]
      : []),
  ]
}

function isQualifiedName(key: string): boolean {
  const parts = key.split('/')
  const name = parts.pop() ?? ''
  if (parts.length > 1 || name.length > 63 || !qualifiedName.test(name)) return false
  return parts.length === 0 || subdomain.test(parts[0] ?? '')
}

function stringList(list: unknown, field: string): StatusCause[] {
  if (list === undefined) return []
  const good = Array.isArray(list) && list.every((item) => typeof item === 'string')
  return good ? [] : [bad(field, list, 'must be a list of strings')]
}
