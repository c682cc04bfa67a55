import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, fieldSetOf } from '../../src/kubernetes/apply/field-set.ts'
import { pathsOf, subtract, union, withoutRoot } from '../../src/kubernetes/apply/fields-v1.ts'
import { mergeApplied } from '../../src/kubernetes/apply/merge.ts'
import { jsonPatch } from '../../src/kubernetes/patch/json-patch.ts'
import { mergePatch } from '../../src/kubernetes/patch/merge-patch.ts'
import { strategicMergePatch } from '../../src/kubernetes/patch/strategic-merge-patch.ts'
import { fields, listMap, set } from '../../src/kubernetes/types/shape.ts'
import { shapeOfKind } from '../../src/kubernetes/types/shapes.ts'

const shape = fields({ list: listMap(['name']), tags: set })

test.each([
  ['add', { a: [1] }, { op: 'add', path: '/a/0', value: 0 }, { a: [0, 1] }],
  ['append', { a: [1] }, { op: 'add', path: '/a/-', value: 2 }, { a: [1, 2] }],
  ['escape', { 'a/b': 1 }, { op: 'replace', path: '/a~1b', value: 2 }, { 'a/b': 2 }],
  ['remove', { a: 1, b: 2 }, { op: 'remove', path: '/a' }, { b: 2 }],
  ['move', { a: 1 }, { op: 'move', from: '/a', path: '/b' }, { b: 1 }],
  ['copy', { a: 1 }, { op: 'copy', from: '/a', path: '/b' }, { a: 1, b: 1 }],
  ['test', { a: 1 }, { op: 'test', path: '/a', value: 1 }, { a: 1 }],
])('JSON patch: %s', (_, before, operation, after) => {
  expect(jsonPatch(before, [operation])).toEqual(after)
})

test.each([
  ['no list', {}, 400],
  ['unknown operation', [{ op: 'jump', path: '/a' }], 400],
  ['no pointer', [{ op: 'remove', path: 'a' }], 400],
  ['missing path', [{ op: 'remove', path: '/b' }], 422],
  ['failed test', [{ op: 'test', path: '/a', value: 2 }], 422],
  ['index beyond the end', [{ op: 'add', path: '/l/9', value: 2 }], 422],
])('JSON patch refuses: %s', (_, patch, code) => {
  expect(() => jsonPatch({ a: 1, l: [] }, patch)).toThrow(
    expect.objectContaining({ status: expect.objectContaining({ code }) }),
  )
})

test('merge patch: the examples of RFC 7386', () => {
  expect(mergePatch({ a: 'b', b: 'c' }, { a: null })).toEqual({ b: 'c' })
  expect(mergePatch({ a: { b: 'c' } }, { a: { b: 'd', c: null } })).toEqual({ a: { b: 'd' } })
  expect(mergePatch({ a: [{ b: 'c' }] }, { a: [1] })).toEqual({ a: [1] })
  expect(mergePatch({ e: null }, { a: 1 })).toEqual({ e: null, a: 1 })
})

test.each([
  [
    'items merge by key',
    { list: [{ name: 'a', v: 1 }] },
    { list: [{ name: 'a', w: 2 }, { name: 'b' }] },
    { list: [{ name: 'a', v: 1, w: 2 }, { name: 'b' }] },
  ],
  [
    'an item is deleted',
    { list: [{ name: 'a' }, { name: 'b' }] },
    { list: [{ name: 'a', $patch: 'delete' }] },
    { list: [{ name: 'b' }] },
  ],
  [
    'a list is replaced',
    { list: [{ name: 'a' }] },
    { list: [{ name: 'b' }, { $patch: 'replace' }] },
    { list: [{ name: 'b' }] },
  ],
  [
    'order is set',
    { list: [{ name: 'a' }, { name: 'b' }] },
    { '$setElementOrder/list': [{ name: 'b' }, { name: 'a' }] },
    { list: [{ name: 'b' }, { name: 'a' }] },
  ],
  [
    'a member leaves a set',
    { tags: ['a', 'b'] },
    { '$deleteFromPrimitiveList/tags': ['a'] },
    { tags: ['b'] },
  ],
  ['sets grow', { tags: ['a'] }, { tags: ['a', 'b'] }, { tags: ['a', 'b'] }],
  ['only retained keys stay', { a: { x: 1, y: 2 } }, { a: { $retainKeys: ['y'], y: 3 } }, { a: { y: 3 } }],
  ['an object is replaced', { a: { x: 1 } }, { a: { $patch: 'replace', y: 2 } }, { a: { y: 2 } }],
  ['null deletes', { a: 1 }, { a: null }, {}],
])('strategic merge patch: %s', (_, before, patch, after) => {
  expect(strategicMergePatch(before, patch, shape)).toEqual(after)
})

test('ports of a container are keyed with their default protocol', () => {
  const pod = { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } }
  expect(pathsOf(fieldSetOf(pod, shapeOfKind('Pod')))).toEqual([
    '.spec.containers[name="a"]',
    '.spec.containers[name="a"].name',
    '.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
    '.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort',
  ])
})

const item = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), v: fc.nat(3) })
const value = fc.record(
  {
    x: fc.nat(3),
    map: fc.dictionary(fc.constantFrom('k', 'l', 'm'), fc.nat(3)),
    list: fc.uniqueArray(item, { selector: (one) => one.name }),
    tags: fc.uniqueArray(fc.constantFrom('p', 'q', 'r')),
  },
  { requiredKeys: [] },
)

test('merging a configuration twice is merging it once, and every field of it is in the result', () => {
  fc.assert(
    fc.property(value, value, (live, config) => {
      const once = mergeApplied(live, config, shape)
      expect(mergeApplied(once, config, shape)).toEqual(once)
      expect(
        subtract(withoutRoot(fieldSetOf(config, shape)), union(fieldSetOf(once, shape), emptyMaps(config))),
      ).toBeUndefined()
    }),
  )
})

test('what a comparison calls changed or removed accounts for the whole difference', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const { changed, removed } = compare(before, after, shape)
      const covered = union(subtract(fieldSetOf(before, shape), removed), changed)
      expect(withoutRoot(subtract(fieldSetOf(after, shape), covered))).toBeUndefined()
    }),
  )
})

/** An empty map is a field of its own in the configuration, and no longer one where live has entries. */
function emptyMaps(config: { map?: object }) {
  return config.map && Object.keys(config.map).length === 0 ? { 'f:map': {} } : undefined
}
