import { isDeepStrictEqual } from 'node:util'
import { admit } from '../admission/admit.ts'
import { setDefaults } from '../admission/defaults.ts'
import { defaultFromSchema } from '../admission/structural-schema.ts'
import { validate } from '../admission/validate.ts'
import { type Actor, afterUpdate, applyConfiguration, sameOwnership } from '../apply/managed-fields.ts'
import { type Clock, timestamp } from '../clock.ts'
import type { Store } from '../storage/store.ts'
import type { KubeObject, ManagedFields } from '../types/object.ts'
import { apiVersionOf, keyOf, type Resource } from '../types/resource.ts'
import { checkFields, checkNamespace, checkPreconditions, givenManagers } from './checks.ts'
import { type DeleteOptions, deletionOf, mayVanish } from './deletion.ts'
import { dropEmptyMetadata, keepOtherHalf, withIdentityOf, withNewIdentity } from './identity.ts'
import { alreadyExists, badRequest, notFound } from './status-error.ts'

export type WriteOptions = {
  manager: string
  dryRun?: boolean
  subresource?: string | undefined
  /** What to do about fields that the kind does not have (default: drop them silently). */
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict'
  warn?: (message: string) => void
}

/** Every write goes through here, from clients and controllers alike. All refusals are `StatusError`s. */
export type Registry = {
  get(resource: Resource, namespace: string | undefined, name: string): KubeObject
  create(
    resource: Resource,
    namespace: string | undefined,
    object: KubeObject,
    options: WriteOptions,
  ): KubeObject
  update(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (live: KubeObject) => KubeObject,
    options: WriteOptions,
  ): KubeObject
  apply(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    config: KubeObject,
    options: WriteOptions & { force?: boolean },
  ): { object: KubeObject; created: boolean }
  remove(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): { object: KubeObject; gone: boolean }
}

/** An extra check before an object is stored, for example admission webhooks. It may throw a `StatusError`. */
export type Gate = (resource: Resource, object: KubeObject, operation: 'CREATE' | 'UPDATE' | 'DELETE') => void

export function createRegistry(store: Store, clock: Clock, gates: readonly Gate[] = []): Registry {
  const get: Registry['get'] = (resource, namespace, name) => {
    const found = store.get(keyOf(resource), namespace, name)
    if (!found) throw notFound(resource, name)
    return served(resource, found)
  }
  const actor = (resource: Resource, options: WriteOptions): Actor => ({
    manager: options.manager,
    apiVersion: apiVersionOf(resource),
    subresource: options.subresource,
    time: timestamp(clock),
  })
  const pass = (resource: Resource, object: KubeObject, operation: 'CREATE' | 'UPDATE' | 'DELETE') => {
    for (const gate of gates) gate(resource, object, operation)
  }

  const insert = (
    resource: Resource,
    namespace: string | undefined,
    given: KubeObject,
    options: WriteOptions,
    owned: (object: KubeObject) => ManagedFields[],
  ) => {
    const object = withNewIdentity(resource, given, namespace, clock)
    checkNamespace(store, resource, object)
    if (store.get(keyOf(resource), namespace, object.metadata.name))
      throw alreadyExists(resource, object.metadata.name)
    checkFields(resource, object, options)
    if (resource.status) delete object.status
    complete(store, resource, object, undefined)
    if (resource.generation || resource.schema !== undefined) object.metadata.generation = 1
    object.metadata.managedFields = owned(object)
    pass(resource, object, 'CREATE')
    return options.dryRun ? object : store.put(keyOf(resource), object)
  }

  const replace = (
    resource: Resource,
    live: KubeObject,
    given: KubeObject,
    options: WriteOptions,
    owned: (object: KubeObject) => ManagedFields[],
  ) => {
    const object = withIdentityOf(resource, live, given)
    checkFields(resource, object, options)
    keepOtherHalf(resource, object, live, options.subresource)
    complete(store, resource, object, live)
    object.metadata.managedFields = live.metadata.managedFields ?? []
    const unchanged = isDeepStrictEqual(object, live)
    const managers = owned(object)
    if (unchanged && sameOwnership(managers, live.metadata.managedFields ?? [])) return live
    object.metadata.managedFields = managers
    if (countsGeneration(resource) && !sameContent(object, live, resource.status)) {
      object.metadata.generation = (live.metadata.generation ?? 0) + 1
    }
    pass(resource, object, 'UPDATE')
    if (options.dryRun) return object
    if (mayVanish(object)) return store.remove(keyOf(resource), object)
    return store.put(keyOf(resource), object)
  }

  return {
    get,
    create(resource, namespace, object, options) {
      const created = insert(resource, namespace, object, options, (stored) =>
        afterUpdate(undefined, stored, [], actor(resource, options), resource.shape),
      )
      return served(resource, created)
    },
    update(resource, namespace, name, change, options) {
      const live = get(resource, namespace, name)
      const next = change(live)
      if (next === live) return live
      checkPreconditions(resource, live, next)
      const managers = givenManagers(live, next)
      const updated = replace(resource, live, next, options, (stored) =>
        afterUpdate(live, stored, managers, actor(resource, options), resource.shape),
      )
      return served(resource, updated)
    },
    apply(resource, namespace, name, config, options) {
      checkFields(resource, config, options)
      dropEmptyMetadata(config)
      if (config.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil')
      const found = store.get(keyOf(resource), namespace, name)
      const live = found && served(resource, found)
      if (live) checkPreconditions(resource, live, config)
      if (resource.status && options.subresource !== 'status') delete config.status
      const named = { ...config, metadata: { ...config.metadata, name, ...(namespace ? { namespace } : {}) } }
      const { object, managers } = applyConfiguration(
        live,
        named,
        actor(resource, options),
        resource.shape,
        options.force ?? false,
      )
      const checked: WriteOptions = { ...options, fieldValidation: 'Ignore' }
      const written = live
        ? replace(resource, live, object, checked, () =>
            keepTimes(managers, live.metadata.managedFields ?? []),
          )
        : insert(resource, namespace, object, checked, () => managers)
      return { object: served(resource, written), created: !live }
    },
    remove(resource, namespace, name, options = {}) {
      const live = get(resource, namespace, name)
      pass(resource, live, 'DELETE')
      const { object, gone } = deletionOf(resource, live, options, clock)
      if (options.dryRun || (!gone && object === live)) return { object: served(resource, object), gone }
      const key = keyOf(resource)
      const result = gone ? store.remove(key, object) : store.put(key, object)
      return { object: served(resource, result), gone }
    },
  }
}

/** An object as the version of the resource shows it. Versions differ in nothing else here. */
export function served(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(resource)
  if (object.apiVersion === apiVersion && object.kind === resource.kind) return object
  return { ...object, apiVersion, kind: resource.kind }
}

function complete(store: Store, resource: Resource, object: KubeObject, live: KubeObject | undefined) {
  if (resource.schema === undefined) setDefaults(object)
  else defaultFromSchema(object, resource.schema)
  dropEmptyMetadata(object)
  validateThen(resource, object, live, () => admit(store, object, live))
}

/** Admission fills in what validation of a change compares, and must not see what validation refuses. */
function validateThen(
  resource: Resource,
  object: KubeObject,
  live: KubeObject | undefined,
  admitted: () => void,
) {
  if (!live) validate(resource, object, undefined)
  admitted()
  if (live) validate(resource, object, live)
}

function keepTimes(managers: readonly ManagedFields[], before: readonly ManagedFields[]): ManagedFields[] {
  return managers.map((entry) => before.find((old) => sameOwnership([old], [entry])) ?? entry)
}

function countsGeneration(resource: Resource): boolean {
  return resource.generation || resource.schema !== undefined
}

function sameContent(a: KubeObject, b: KubeObject, hasStatus: boolean): boolean {
  const content = ({ metadata: _, ...object }: KubeObject) =>
    hasStatus ? { ...object, status: undefined } : object
  return isDeepStrictEqual(content(a), content(b))
}
