import { dropUnknownFields } from '../admission/known-fields.ts'
import type { Store } from '../storage/store.ts'
import { isObject, type KubeObject, type ManagedFields } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'
import type { WriteOptions } from './registry.ts'
import { badRequest, conflict, forbidden, notFound } from './status-error.ts'

export function checkNamespace(store: Store, resource: Resource, object: KubeObject) {
  const { namespace, name } = object.metadata
  if (!resource.namespaced) return
  const found = store.get('namespaces', undefined, namespace ?? '')
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace ?? '')
  if (!found.metadata.deletionTimestamp) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(resource, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}

export function checkFields(resource: Resource, object: KubeObject, options: WriteOptions) {
  const unknown = dropUnknownFields(resource, object)
  if (unknown.length === 0) return
  if (options.fieldValidation === 'Warn')
    for (const path of unknown) options.warn?.(`unknown field "${path}"`)
  if (options.fieldValidation !== 'Strict') return
  const list = unknown.map((path) => `unknown field "${path}"`).join(', ')
  const { kind, version } = resource
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${list}`,
  )
}

export function checkPreconditions(resource: Resource, live: KubeObject, next: KubeObject) {
  const { resourceVersion, uid, name } = next.metadata
  if (uid !== undefined && uid !== live.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`
    throw conflict(resource, name, why)
  }
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again'
    throw conflict(resource, live.metadata.name, why)
  }
}

/** A client may rewrite ownership itself, as kubectl does when it moves to server-side apply. */
export function givenManagers(live: KubeObject, next: KubeObject): ManagedFields[] {
  const given = next.metadata.managedFields
  if (!Array.isArray(given)) return live.metadata.managedFields ?? []
  return given.filter(
    (entry) => isObject(entry) && typeof entry.manager === 'string' && isObject(entry.fieldsV1),
  )
}
