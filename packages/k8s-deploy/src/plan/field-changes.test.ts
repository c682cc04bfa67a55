import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject } from '../object/kube-object.ts'
import { fieldChanges } from './field-changes.ts'

function object(fields: object, kind = 'ConfigMap'): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'a' }, ...fields }
}

test.each<[string, object, object, object[]]>([
  ['the same', { data: { a: 1 } }, { data: { a: 1 } }, []],
  [
    'a value',
    { spec: { replicas: 1 } },
    { spec: { replicas: 2 } },
    [{ path: 'spec.replicas', before: 1, after: 2 }],
  ],
  ['a field more', {}, { spec: { x: [] } }, [{ path: 'spec', after: { x: [] } }]],
  ['a field less', { spec: { x: 1, y: 2 } }, { spec: { y: 2 } }, [{ path: 'spec.x', before: 1 }]],
  [
    'a named item, wherever it stands',
    {
      spec: {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ],
      },
    },
    {
      spec: {
        containers: [
          { name: 'b', image: 'z' },
          { name: 'a', image: 'x' },
        ],
      },
    },
    [{ path: 'spec.containers[b].image', before: 'y', after: 'z' }],
  ],
  [
    'the order alone',
    { list: [{ name: 'a' }, { name: 'b' }] },
    { list: [{ name: 'b' }, { name: 'a' }] },
    [{ path: 'list', before: [{ name: 'a' }, { name: 'b' }], after: [{ name: 'b' }, { name: 'a' }] }],
  ],
  [
    'an item by its place',
    { args: ['a', 'b'] },
    { args: ['a', 'c'] },
    [{ path: 'args[1]', before: 'b', after: 'c' }],
  ],
  [
    'a key with dots',
    { data: { 'a.b/c': 1 } },
    { data: { 'a.b/c': 2 } },
    [{ path: 'data["a.b/c"]', before: 1, after: 2 }],
  ],
  [
    'status and bookkeeping',
    { status: { x: 1 }, metadata: { name: 'a', generation: 1, resourceVersion: '1', managedFields: [] } },
    {},
    [],
  ],
])('%s', (_, before, after, expected) => {
  expect(fieldChanges(object(before), object(after))).toEqual(expected)
})

test('the data of a Secret is masked, its other fields are not', () => {
  const last = 'kubectl.kubernetes.io/last-applied-configuration'
  const before = { metadata: { name: 'a', labels: { x: '1' } }, data: { password: 'aHVudGVyMg==' } }
  const after = {
    metadata: { name: 'a', labels: { x: '2' }, annotations: { [last]: 'hunter2' } },
    data: { password: 'aHVudGVyMw==', more: 'aHVudGVyMw==' },
  }
  expect(fieldChanges(object(before, 'Secret'), object(after, 'Secret'))).toEqual([
    { path: 'data.password', before: '‹redacted›', after: '‹redacted›' },
    { path: 'data.more', after: '‹redacted›' },
    { path: 'metadata.labels.x', before: '1', after: '2' },
    { path: 'metadata.annotations', after: '‹redacted›' },
  ])
})

test('there are changes exactly where objects differ', () => {
  const json = fc.jsonValue({ depthSize: 'small' })
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(fieldChanges(object({ spec: before }), object({ spec: before }))).toEqual([])
      const isSame = JSON.stringify(before) === JSON.stringify(after)
      const changes = fieldChanges(object({ spec: before }), object({ spec: after }))
      if (!isSame && changes.length === 0) expect(before).toEqual(after)
      for (const { path } of changes) expect(path).toMatch(/^spec/)
    }),
  )
})
