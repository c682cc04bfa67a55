import { isDeepStrictEqual } from 'node:util'
import type { StatusCause } from '../registry/status-error.ts'
import { isObject, type JsonObject } from '../types/object.ts'

/** Fills a custom resource with the defaults of its schema, in place. */
export function defaultFromSchema(value: unknown, schema: unknown) {
  if (!isObject(schema)) return
  if (isObject(value)) {
    for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
      if (!isObject(property)) continue
      if (value[name] === undefined && property.default !== undefined)
        value[name] = structuredClone(property.default)
      defaultFromSchema(value[name], property)
    }
    if (isObject(schema.additionalProperties)) {
      for (const child of Object.values(value)) defaultFromSchema(child, schema.additionalProperties)
    }
  }
  if (Array.isArray(value)) for (const item of value) defaultFromSchema(item, schema.items)
}

/** Drops the fields that a structural schema does not name, in place; gives their paths. */
export function pruneToSchema(value: unknown, schema: unknown, path = '', root = true): string[] {
  if (!isObject(schema)) return []
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => pruneToSchema(item, schema.items, `${path}[${index}]`, false))
  }
  if (!isObject(value)) return []
  const properties = isObject(schema.properties) ? schema.properties : {}
  const embedded = root || schema['x-kubernetes-embedded-resource'] === true
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.type === undefined
  return Object.keys(value).flatMap((name) => {
    const here = path === '' ? name : `${path}.${name}`
    if (embedded && ['apiVersion', 'kind', 'metadata'].includes(name)) return []
    if (properties[name] !== undefined) return pruneToSchema(value[name], properties[name], here, false)
    if (schema.additionalProperties === true || open) return []
    if (isObject(schema.additionalProperties)) {
      return pruneToSchema(value[name], schema.additionalProperties, here, false)
    }
    delete value[name]
    return [here]
  })
}

/** Everything in which a value breaks its schema: types, required fields, enums, patterns and bounds. */
export function validateSchema(value: unknown, schema: unknown, path = ''): StatusCause[] {
  if (!isObject(schema) || value === undefined) return []
  if (value === null) return schema.nullable === true ? [] : [wrongType(path, value, schema.type)]
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value)
      ? []
      : [wrongType(path, value, 'integer or string')]
  }
  if (!hasType(value, schema.type)) return [wrongType(path, value, schema.type)]
  const causes = checkValue(value, schema, path)
  if (Array.isArray(value)) {
    return [
      ...causes,
      ...value.flatMap((item, index) => validateSchema(item, schema.items, `${path}[${index}]`)),
    ]
  }
  if (isObject(value)) return [...causes, ...validateFields(value, schema, path)]
  return causes
}

function validateFields(value: JsonObject, schema: JsonObject, path: string): StatusCause[] {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required.map(String) : []
  const missing = required.filter((name) => value[name] === undefined)
  return [
    ...missing.map((name) => ({
      reason: 'FieldValueRequired',
      message: 'Required value',
      field: join(path, name),
    })),
    ...Object.entries(value).flatMap(([name, child]) =>
      path === '' && name === 'metadata'
        ? []
        : validateSchema(child, properties[name] ?? schema.additionalProperties, join(path, name)),
    ),
  ]
}

function checkValue(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  const causes: StatusCause[] = []
  const bad = (why: string) =>
    causes.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(value)}: ${path} in body ${why}`,
      field: path,
    })
  if (Array.isArray(schema.enum) && !schema.enum.some((allowed) => isDeepStrictEqual(allowed, value))) {
    const allowed = schema.enum.map((one) => JSON.stringify(one)).join(', ')
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`,
      field: path,
    })
  }
  if (typeof value === 'string') {
    if (typeof schema.pattern === 'string' && !matches(schema.pattern, value)) {
      bad(`should match '${schema.pattern}'`)
    }
    if (Number(schema.minLength) > value.length) bad(`should be at least ${schema.minLength} chars long`)
    if (Number(schema.maxLength) < value.length) bad(`should be at most ${schema.maxLength} chars long`)
  }
  if (typeof value === 'number') {
    if (Number(schema.minimum) > value) bad(`should be greater than or equal to ${schema.minimum}`)
    if (Number(schema.maximum) < value) bad(`should be less than or equal to ${schema.maximum}`)
  }
  if (Array.isArray(value)) {
    if (Number(schema.minItems) > value.length) bad(`should have at least ${schema.minItems} items`)
    if (Number(schema.maxItems) < value.length) bad(`should have at most ${schema.maxItems} items`)
  }
  return causes
}

/** Schemas carry Go expressions; one that JavaScript cannot read is not checked. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}

function hasType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'string':
    case 'boolean':
      return typeof value === type
    default:
      return true
  }
}

function wrongType(path: string, value: unknown, type: unknown): StatusCause {
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return {
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${found}": ${path} in body must be of type ${type}: "${found}"`,
    field: path,
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
