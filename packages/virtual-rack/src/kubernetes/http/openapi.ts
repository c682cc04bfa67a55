import { unknownPath } from '../registry/status-error.ts'
import type { Catalogue } from '../types/catalogue.ts'
import type { Resource } from '../types/resource.ts'
import { groupsOf, resourcesOf } from './discovery.ts'

/**
 * OpenAPI v3, as far as clients need it before they write: which kinds can be patched with which parameters, and the
 * schemas of custom resources. Built-in kinds are listed without their fields, so `kubectl explain` knows them not.
 */
export function openApi(catalogue: Catalogue, path: string): unknown {
  if (path === '/openapi/v3') {
    const paths = groupsOf(catalogue).flatMap(({ group, versions }) =>
      versions.map((version) => [
        place(group, version),
        { serverRelativeURL: `/openapi/v3/${place(group, version)}` },
      ]),
    )
    return { paths: Object.fromEntries(paths) }
  }
  for (const { group, versions } of groupsOf(catalogue)) {
    const version = versions.find((one) => path === `/openapi/v3/${place(group, one)}`)
    if (version) return document(resourcesOf(catalogue, group, version), place(group, version))
  }
  throw unknownPath()
}

function place(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function document(resources: readonly Resource[], prefix: string) {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(
      resources.map((resource) => [pathOf(resource, prefix), { patch: patchOf(resource) }]),
    ),
    components: {
      schemas: Object.fromEntries(resources.map((resource) => [schemaName(resource), schemaOf(resource)])),
    },
  }
}

function pathOf(resource: Resource, prefix: string): string {
  const scope = resource.namespaced ? 'namespaces/{namespace}/' : ''
  return `/${prefix}/${scope}${resource.plural}/{name}`
}

function patchOf(resource: Resource) {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
  }))
  return {
    operationId: `patch${resource.kind}`,
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': kindOf(resource),
  }
}

function schemaOf(resource: Resource) {
  const schema = typeof resource.schema === 'object' ? resource.schema : { type: 'object' }
  return { ...schema, 'x-kubernetes-group-version-kind': [kindOf(resource)] }
}

function schemaName(resource: Resource): string {
  const domain = resource.group === '' ? 'core' : resource.group.split('.').reverse().join('.')
  return `${domain}.${resource.version}.${resource.kind}`
}

function kindOf({ group, version, kind }: Resource) {
  return { group, version, kind }
}
