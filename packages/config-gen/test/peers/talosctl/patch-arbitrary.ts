import fc from 'fast-check'
import { type ConfigTypes, type FieldType, structOf } from '../../../src/config-types/config-types.ts'

/** Few words, so that patches meet; two of them are zero or look like something else. */
const words = ['', 'a', 'b', 'true', '10']

/** Values that Talos reads as the type; undefined for types whose values have a form of their own. */
function valueFor(type: FieldType, types: ConfigTypes, depth: number): fc.Arbitrary<unknown> | undefined {
  if (type === 'string') return fc.constantFrom(...words)
  if (type === 'bool') return fc.boolean()
  if (type === 'number') return fc.integer({ min: 0, max: 3 })
  if (type === 'any')
    return fc.record(
      { text: fc.constantFrom(...words), list: fc.array(fc.constantFrom(...words)), truth: fc.boolean() },
      { requiredKeys: [] },
    )
  if (type === 'args') return fc.dictionary(fc.constantFrom('v', 'w'), fc.constantFrom(...words))
  if (typeof type === 'string') return undefined
  if ('pointer' in type) return valueFor(type.pointer, types, depth)
  if ('replace' in type) return valueFor(type.replace, types, depth)
  if ('map' in type) {
    const inner = valueFor(type.map, types, depth - 1)
    return inner && fc.dictionary(fc.constantFrom('x', 'y'), inner, { maxKeys: 2 })
  }
  if ('list' in type) {
    const inner = valueFor(type.list, types, depth - 1)
    return inner && fc.array(inner, { maxLength: 2 })
  }
  const struct = structOf(type, types)
  if (!struct || depth < 0) return undefined
  const fields = Object.entries(struct).flatMap(([name, field]) => {
    const value = skipped.has(name) ? undefined : valueFor(field, types, depth - 1)
    return value ? [[name, value] as const] : []
  })
  if (fields.length === 0) return undefined
  return fc
    .subarray(fields, { maxLength: Math.min(4, fields.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen)) as fc.Arbitrary<unknown>)
}

/** Fields whose texts Talos checks while it reads them, and what tells documents apart. */
const skipped = new Set([
  'version',
  'apiVersion',
  'kind',
  'name',
  'mode',
  'size',
  'op',
  'permissions',
  'path',
])

/** A patch of the first document, as JSON, which YAML contains. */
export function patchArbitrary(types: ConfigTypes): fc.Arbitrary<string> {
  const type = types.kinds.v1alpha1?.type
  const value = type && valueFor(type, types, 6)
  if (!value) throw new Error('the first document has no type')
  return value.map((patch) => JSON.stringify({ debug: true, ...(patch as object) }))
}
