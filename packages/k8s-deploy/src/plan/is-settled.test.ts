import { expect, test } from 'vitest'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { isSettled } from './is-settled.ts'

const declared = {
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'a', namespace: 'b', labels: { x: 'y' } },
  spec: { size: 1, list: [1, 2], items: [{ name: 'p' }, { name: 'q', port: 1 }], whole: { a: 1 } },
}
const fields = {
  'f:metadata': { 'f:labels': { 'f:x': {} } },
  'f:spec': {
    '.': {},
    'f:size': {},
    'f:list': {},
    'f:whole': {},
    'f:items': {
      'k:{"name":"p"}': { '.': {}, 'f:name': {} },
      'k:{"name":"q"}': { '.': {}, 'f:name': {}, 'f:port': {} },
    },
  },
}

function live(spec: JsonObject = {}, entry: JsonObject = {}): KubeObject {
  const managed = { manager: 'homerack', operation: 'Apply', apiVersion: 'v1', fieldsV1: fields, ...entry }
  return {
    ...declared,
    metadata: {
      ...declared.metadata,
      labels: { x: 'y', theirs: 'z' },
      uid: 'u',
      managedFields: [{ manager: 'kubelet', operation: 'Update' }, managed],
    },
    spec: { ...declared.spec, defaulted: true, ...spec },
    status: { phase: 'Fine' },
  }
}

const items = [{ name: 'p', defaulted: 1 }, { name: 'other' }, { name: 'q', port: 1 }]

test.each<[string, KubeObject, KubeObject, boolean]>([
  ['as applied', declared, live(), true],
  ['with defaults and items of others', declared, live({ items }), true],
  ['another value', declared, live({ size: 2 }), false],
  ['another value in an item', declared, live({ items: [{ name: 'p' }, { name: 'q', port: 2 }] }), false],
  ['items in another order', declared, live({ items: items.toReversed() }), false],
  ['an item less', declared, live({ items: [{ name: 'p' }] }), false],
  ['another list', declared, live({ list: [2, 1] }), false],
  ['a field more', { ...declared, spec: { ...declared.spec, more: 1 } }, live({ more: 1 }), false],
  ['a field less', { ...declared, spec: { size: 1 } }, live(), false],
  ['a null', { ...declared, spec: { ...declared.spec, size: null } }, live({ size: null }), false],
  ['a field that others took over', declared, live({}, { fieldsV1: { 'f:spec': {} } }), false],
  ['another manager', declared, live({}, { manager: 'kubectl' }), false],
  ['an update', declared, live({}, { operation: 'Update' }), false],
  ['a subresource', declared, live({}, { subresource: 'status' }), false],
  ['another version', declared, live({}, { apiVersion: 'v1beta1' }), false],
  ['damaged fields', declared, live({}, { fieldsV1: 5 }), false],
])('%s', (_, wanted, found, expected) => {
  expect(isSettled(wanted, found)).toBe(expected)
})
