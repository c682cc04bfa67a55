import { isDeepStrictEqual } from 'node:util'
import { badRequest, StatusError } from '../registry/status-error.ts'
import { isObject } from '../types/object.ts'

/**
 * JSON Patch (RFC 6902). Throws 400 for a patch that is none, and 422 where it does not fit the object, as the API
 * server does.
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations')
  return patch.reduce<unknown>((document, operation) => step(document, operation), structuredClone(target))
}

function step(document: unknown, operation: unknown): unknown {
  if (!isObject(operation) || typeof operation.op !== 'string' || typeof operation.path !== 'string') {
    throw badRequest('a JSON patch operation has an op and a path')
  }
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return write(document, path, structuredClone(operation.value), true)
    case 'replace':
      read(document, path)
      return write(document, path, structuredClone(operation.value), false)
    case 'remove':
      return remove(document, path)
    case 'copy':
      return write(document, path, structuredClone(read(document, pointer(String(operation.from)))), true)
    case 'move': {
      const from = pointer(String(operation.from))
      const value = read(document, from)
      return write(remove(document, from), path, value, true)
    }
    case 'test':
      if (!isDeepStrictEqual(read(document, path, true), operation.value)) {
        throw misfit(`testing path ${operation.path} failed`)
      }
      return document
    default:
      throw badRequest(`unexpected JSON patch operation ${JSON.stringify(operation.op)}`)
  }
}

function pointer(text: string): string[] {
  if (text === '') return []
  if (!text.startsWith('/')) throw badRequest(`JSON pointer ${JSON.stringify(text)} does not start with /`)
  const parts = text.slice(1).split('/')
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function read(document: unknown, path: readonly string[], optional = false): unknown {
  let here = document
  for (const part of path) {
    if (Array.isArray(here) && /^\d+$/.test(part) && Number(part) < here.length) here = here[Number(part)]
    else if (isObject(here) && Object.hasOwn(here, part)) here = here[part]
    else if (optional) return undefined
    else throw misfit(`missing path /${path.join('/')}`)
  }
  return here
}

function write(document: unknown, path: readonly string[], value: unknown, insert: boolean): unknown {
  const last = path.at(-1)
  if (last === undefined) return value
  const parent = read(document, path.slice(0, -1))
  if (isObject(parent)) define(parent, last, value)
  else if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last)
    if (!Number.isInteger(index) || index < 0 || index > parent.length) throw misfit(`no index ${last}`)
    parent.splice(index, insert ? 0 : 1, value)
  } else throw misfit(`missing path /${path.join('/')}`)
  return document
}

function remove(document: unknown, path: readonly string[]): unknown {
  read(document, path)
  const last = path.at(-1)
  const parent = read(document, path.slice(0, -1))
  if (last !== undefined && Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (last !== undefined && isObject(parent)) delete parent[last]
  return document
}

/** Sets an own property even where the name is one that assignment would treat specially (`__proto__`). */
function define(parent: object, name: string, value: unknown) {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true })
}

function misfit(why: string): StatusError {
  return new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  )
}
