import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseManifests } from './parse-manifests.ts'

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'

test('documents, Lists and empty documents become objects, each with the place of its kind', () => {
  const text = `# only a comment
---
${head}---
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Secret
    metadata: { name: b }
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: c, namespace: d }
`
  const { manifests, faults } = parseManifests(text, 'a.yaml')
  expect(faults).toEqual([])
  expect(manifests.map(({ object, origin }) => [object.kind, object.metadata.name, origin.line])).toEqual([
    ['ConfigMap', 'a', 4],
    ['Secret', 'b', 12],
    ['Deployment', 'c', 15],
  ])
  expect(manifests[0]?.origin).toEqual({
    file: 'a.yaml',
    line: 4,
    column: 7,
    length: 9,
    text: 'kind: ConfigMap',
  })
})

test.each([
  ['0644', 420],
  ['0o644', 420],
  ['!!binary aGk=', 'hi'],
  ['yes', true],
  ['"yes"', 'yes'],
  ['22:30', '22:30'],
  ['2026-11-22', '2026-11-22'],
  ['2026-11-22T20:14:00Z', '2026-11-22T20:14:00Z'],
  ['~', null],
  ['1e3', 1000],
])('%s is read as kubectl reads it: %j', (text, value) => {
  const { manifests } = parseManifests(`${head}value: ${text}\n`, 'a.yaml')
  expect(manifests[0]?.object.value).toEqual(value)
})

test('merge keys and anchors work', () => {
  const { manifests } = parseManifests(`${head}base: &b { x: 1 }\nderived: { <<: *b, z: 2 }\n`, 'a.yaml')
  expect(manifests[0]?.object.derived).toEqual({ x: 1, z: 2 })
})

test('JSON is read too', () => {
  const { manifests } = parseManifests('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}', 'a.json')
  expect(manifests[0]?.object.kind).toBe('Pod')
})

test.each([
  ['a: [1', ['E_YAML 1']],
  ['a: 1\na: 2\n', ['E_YAML 2']],
  ['just text', ['E_MANIFEST 1']],
  ['- 1\n- 2\n', ['E_MANIFEST 1']],
  ['apiVersion: v1\nmetadata: { name: a }\n', ['E_MANIFEST 1']],
  ['kind: Pod\nmetadata: {}\n', ['E_MANIFEST 1', 'E_MANIFEST 1']],
  [`${head}---\nkind: 5\napiVersion: v1\nmetadata: { name: b }\n`, ['E_MANIFEST 5']],
  [`${head}---\nb: [\n---\nc: {\n`, ['E_YAML 6', 'E_YAML 8']],
  ['kind: Pod\napiVersion: v1\nmetadata: { generateName: a- }\n', ['E_MANIFEST 1']],
  ['kind: Pod\napiVersion: v1\nmetadata: { name: a, namespace: 5 }\n', ['E_MANIFEST 1']],
  [`${head}x: *nowhere\n`, ['E_YAML 2']],
])('%j has faults, each at its line', (text, expected) => {
  const { faults } = parseManifests(text, 'a.yaml')
  expect(faults.map(({ code, place }) => `${code} ${place?.line}`)).toEqual(expected)
})

test('a line that cannot be parsed is not shown if the file holds a Secret', () => {
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { password: "hunter2 }\n'
  const { faults } = parseManifests(text, 'a.yaml')
  expect(faults.length).toBeGreaterThan(0)
  expect(JSON.stringify(faults)).not.toContain('hunter2')
})

test('an alias bomb is a fault', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`)
  const { faults } = parseManifests(`${head}l0: &l0 [x]\n${levels.join('\n')}\n`, 'a.yaml')
  expect(faults.map(({ code }) => code)).toEqual(['E_YAML'])
})

test('any text gives objects or faults, never an exception', () => {
  const piece = fc.constantFrom(
    'kind: Pod\n',
    'apiVersion: v1\n',
    'metadata:\n  name: a\n',
    '---\n',
    'items:\n- ',
    '{',
    ']',
    '&a ',
    '*a ',
  )
  const text = fc.array(fc.oneof(piece, fc.string())).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (input) => {
      const { manifests, faults } = parseManifests(input, 'a.yaml')
      for (const { object } of manifests) expect(object.metadata.name).not.toBe('')
      for (const { place } of faults) expect(place?.line).toBeGreaterThan(0)
    }),
  )
})
