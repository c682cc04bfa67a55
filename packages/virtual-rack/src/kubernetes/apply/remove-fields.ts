import { isObject } from '../types/object.ts'
import { fieldShape, itemElement, type Shape } from '../types/shape.ts'
import { type FieldSet, isMember } from './fields-v1.ts'

/**
 * A value without the fields of `gone`, except what `kept` still holds. An object or list that this empties goes
 * too, unless someone keeps it.
 */
export function removeFields(value: unknown, gone: FieldSet, kept: FieldSet, shape: Shape): unknown {
  if (!gone || value === undefined) return value
  if (isMember(gone) && !kept) return undefined
  if (isObject(value) && !shape.atomic) {
    const rest: Record<string, unknown> = {}
    for (const [name, child] of Object.entries(value)) {
      const element = `f:${name}`
      const left = removeFields(child, gone[element], kept?.[element], fieldShape(shape, name))
      if (left !== undefined) rest[name] = left
    }
    return Object.keys(rest).length === 0 && Object.keys(value).length > 0 && !kept ? undefined : rest
  }
  if (!Array.isArray(value)) return value
  const identify = identifier(shape)
  if (!identify) return value
  const rest = value.flatMap((item) => {
    const element = identify(item)
    const left = removeFields(item, gone[element], kept?.[element], shape.items ?? {})
    return left === undefined ? [] : [left]
  })
  return rest.length === 0 && value.length > 0 && !kept ? undefined : rest
}

function identifier(shape: Shape): ((item: unknown) => string) | undefined {
  if (shape.set) return (item) => `v:${JSON.stringify(item)}`
  const { keys } = shape
  return keys ? (item) => itemElement(item, keys) : undefined
}
