import { invalid, type StatusCause } from '../registry/status-error.ts'
import { at, isObject, type JsonObject, type KubeObject, objectsAt } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'
import { immutableFields } from './immutable.ts'
import { canonicalQuantity } from './quantity.ts'
import { validateSchema } from './structural-schema.ts'
import { bad, required, validateLabels, validateMetadata } from './validate-metadata.ts'

const mebibyte = 1024 * 1024

/** Refuses an object with every reason at once (422). `live` is what it replaces. */
export function validate(resource: Resource, object: KubeObject, live: KubeObject | undefined) {
  const causes = [
    ...validateMetadata(resource, object),
    ...(resource.schema === undefined ? validateKind(object) : validateSchema(object, resource.schema)),
  ]
  if (live && causes.length === 0) causes.push(...immutableFields(object, live))
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes)
}

function validateKind(object: KubeObject): StatusCause[] {
  const { kind } = object
  if (object.spec !== undefined && !isObject(object.spec))
    return [bad('spec', object.spec, 'must be an object')]
  if (kind === 'Pod') return validatePodSpec(object.spec, 'spec')
  if (['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind)) return validateWorkload(object)
  if (kind === 'Job') return validateTemplate(at(object, 'spec', 'template'), 'spec.template')
  if (kind === 'CronJob') {
    const schedule = at(object, 'spec', 'schedule')
    return [
      ...(typeof schedule === 'string' && schedule !== '' ? [] : [required('spec.schedule')]),
      ...validateTemplate(
        at(object, 'spec', 'jobTemplate', 'spec', 'template'),
        'spec.jobTemplate.spec.template',
      ),
    ]
  }
  if (kind === 'Service') return validateService(object)
  if (kind === 'ConfigMap') return validateData(object, 'data', 'string')
  if (kind === 'Secret') return validateData(object, 'data', 'base64')
  if (kind === 'PersistentVolumeClaim') return validateClaim(object)
  if (kind === 'CustomResourceDefinition') return validateDefinition(object)
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
    return typeof at(object, 'roleRef', 'name') === 'string' ? [] : [required('roleRef.name')]
  }
  if (kind === 'StorageClass') return object.provisioner ? [] : [required('provisioner')]
  if (kind === 'Ingress') {
    return objectsAt(object, 'spec', 'rules').flatMap((rule, index) =>
      objectsAt(rule, 'http', 'paths').flatMap((path, number) =>
        path.pathType
          ? []
          : [required(`spec.rules[${index}].http.paths[${number}].pathType`, 'pathType must be specified')],
      ),
    )
  }
  return []
}

function validateWorkload(object: KubeObject): StatusCause[] {
  const spec = isObject(object.spec) ? object.spec : {}
  const claims = objectsAt(spec, 'volumeClaimTemplates').map((claim) => at(claim, 'metadata', 'name'))
  const causes = validateTemplate(spec.template, 'spec.template', claims)
  if (spec.replicas !== undefined && (!Number.isInteger(spec.replicas) || Number(spec.replicas) < 0)) {
    causes.push(bad('spec.replicas', spec.replicas, 'must be greater than or equal to 0'))
  }
  const selector = at(spec, 'selector')
  if (!isObject(selector)) return [...causes, required('spec.selector')]
  const labels = at(spec, 'template', 'metadata', 'labels')
  const wanted = Object.entries(isObject(selector.matchLabels) ? selector.matchLabels : {})
  if (wanted.length === 0 && objectsAt(selector, 'matchExpressions').length === 0) {
    causes.push(bad('spec.selector', selector, 'empty selector is invalid for deployment'))
  }
  if (wanted.some(([name, value]) => at(labels, name) !== value)) {
    causes.push(
      bad('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    )
  }
  return causes
}

/** `claims`: volumes that a StatefulSet makes for its pods. */
function validateTemplate(template: unknown, field: string, claims: readonly unknown[] = []): StatusCause[] {
  if (!isObject(template)) return [required(field)]
  return [
    ...validateLabels(at(template, 'metadata', 'labels'), `${field}.metadata.labels`),
    ...validatePodSpec(template.spec, `${field}.spec`, claims),
  ]
}

function validatePodSpec(spec: unknown, field: string, claims: readonly unknown[] = []): StatusCause[] {
  if (!isObject(spec)) return [required(field)]
  if (!Array.isArray(spec.containers) || spec.containers.length === 0)
    return [required(`${field}.containers`)]
  const volumes = [...objectsAt(spec, 'volumes').map((volume) => volume.name), ...claims]
  const all = ['initContainers', 'containers'].flatMap((list) => {
    const items: unknown = spec[list]
    if (items === undefined) return []
    if (!Array.isArray(items)) return [bad(`${field}.${list}`, items, 'must be a list')]
    return items.flatMap((item, index) => validateContainer(item, `${field}.${list}[${index}]`, volumes))
  })
  return [...all, ...duplicates(objectsAt(spec, 'containers'), `${field}.containers`)]
}

function validateContainer(container: unknown, field: string, volumes: readonly unknown[]): StatusCause[] {
  if (!isObject(container)) return [bad(field, container, 'must be an object')]
  const causes = ['name', 'image'].flatMap((name) =>
    typeof container[name] === 'string' && container[name] !== '' ? [] : [required(`${field}.${name}`)],
  )
  for (const [index, port] of objectsAt(container, 'ports').entries()) {
    const number = port.containerPort
    if (!Number.isInteger(number) || Number(number) < 1 || Number(number) > 65_535) {
      causes.push(
        bad(
          `${field}.ports[${index}].containerPort`,
          number ?? null,
          'must be between 1 and 65535, inclusive',
        ),
      )
    }
  }
  for (const [index, mount] of objectsAt(container, 'volumeMounts').entries()) {
    if (!volumes.includes(mount.name)) {
      const place = `${field}.volumeMounts[${index}].name`
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(mount.name)}`,
        field: place,
      })
    }
  }
  return [...causes, ...validateResources(container.resources, `${field}.resources`)]
}

function validateResources(resources: unknown, field: string): StatusCause[] {
  return ['limits', 'requests'].flatMap((list) => {
    const amounts = at(resources, list)
    return Object.entries(isObject(amounts) ? amounts : {}).flatMap(([name, value]) =>
      canonicalQuantity(value) === undefined
        ? [
            bad(
              `${field}.${list}[${name}]`,
              value,
              'quantities must match the regular expression of a quantity',
            ),
          ]
        : [],
    )
  })
}

function duplicates(items: readonly JsonObject[], field: string): StatusCause[] {
  const names = items.map((item) => item.name)
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          {
            reason: 'FieldValueDuplicate',
            message: `Duplicate value: ${JSON.stringify(name)}`,
            field: `${field}[${index}].name`,
          },
        ]
      : [],
  )
}

function validateService(object: KubeObject): StatusCause[] {
  const spec = isObject(object.spec) ? object.spec : {}
  const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']
  const causes: StatusCause[] = []
  if (!types.includes(String(spec.type))) {
    const message = `Unsupported value: ${JSON.stringify(spec.type)}: supported values: ${types.map((type) => `"${type}"`).join(', ')}`
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'spec.type' })
  }
  const ports = objectsAt(spec, 'ports')
  if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
    causes.push(required('spec.ports'))
  for (const [index, port] of ports.entries()) {
    if (!Number.isInteger(port.port) || Number(port.port) < 1 || Number(port.port) > 65_535) {
      causes.push(
        bad(`spec.ports[${index}].port`, port.port ?? null, 'must be between 1 and 65535, inclusive'),
      )
    }
    if (ports.length > 1 && !port.name) causes.push(required(`spec.ports[${index}].name`))
  }
  return causes
}

function validateData(object: KubeObject, field: string, form: 'string' | 'base64'): StatusCause[] {
  const data = object[field]
  if (data === undefined) return []
  if (!isObject(data)) return [bad(field, data, 'must be a map of strings')]
  const size = Object.values(data).reduce<number>((sum, value) => sum + String(value).length, 0)
  const causes = Object.entries(data).flatMap(([name, value]) => {
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(name)) {
      return [
        bad(
          `${field}[${name}]`,
          name,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        ),
      ]
    }
    if (typeof value !== 'string') return [bad(`${field}[${name}]`, value, 'must be a string')]
    return form === 'base64' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)
      ? [bad(`${field}[${name}]`, '‹redacted›', 'illegal base64 data')]
      : []
  })
  const limit = form === 'base64' ? (mebibyte * 4) / 3 : mebibyte
  if (size <= limit) return causes
  return [
    ...causes,
    { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${mebibyte} bytes`, field: '' },
  ]
}

function validateClaim(object: KubeObject): StatusCause[] {
  const modes = at(object, 'spec', 'accessModes')
  const storage = at(object, 'spec', 'resources', 'requests', 'storage')
  return [
    ...(Array.isArray(modes) && modes.length > 0
      ? []
      : [required('spec.accessModes', 'at least 1 access mode is required')]),
    ...(canonicalQuantity(storage) === undefined ? [required('spec.resources[storage]')] : []),
  ]
}

function validateDefinition(object: KubeObject): StatusCause[] {
  const names = at(object, 'spec', 'names')
  const group = at(object, 'spec', 'group')
  const wanted = `${at(names, 'plural')}.${group}`
  const versions = objectsAt(object, 'spec', 'versions')
  return [
    ...(['plural', 'kind'] as const).flatMap((field) =>
      at(names, field) ? [] : [required(`spec.names.${field}`)],
    ),
    ...(group ? [] : [required('spec.group')]),
    ...(versions.length > 0 ? [] : [required('spec.versions')]),
    ...(at(object, 'spec', 'scope') ? [] : [required('spec.scope')]),
    ...(object.metadata.name === wanted
      ? []
      : [bad('metadata.name', object.metadata.name, `must be spec.names.plural+"."+spec.group`)]),
    ...(versions.filter((version) => version.storage === true).length === 1
      ? []
      : [bad('spec.versions', versions.length, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, index) =>
      at(version, 'schema', 'openAPIV3Schema')
        ? []
        : [required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')],
    ),
  ]
}
