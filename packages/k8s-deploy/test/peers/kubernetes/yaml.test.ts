import { expect, test } from 'vitest'
import { parseManifests } from '../../../src/index.ts'
import { needPeer, runProgram } from './peer.ts'

const values = `
  a: 0644
  b: 0o644
  c: yes
  d: y
  e: No
  f: 22:30
  g: 2026-11-22
  h: 2026-11-22T20:14:00Z
  i: ~
  j: 1e3
  k: 0x1F
  l: 1_000
  m: .5
  o: 0b11
  p: +5
  q: "0644"
  r: !!binary aGk=
  s: !!str 5
  t: 1.0
  u: 08
  v: =
  w: 190:20:30
  x: 1.5e
  5: five
  on: a
  text: |
    two
    lines
  folded: >-
    one
    line
  merged: { <<: { a: 1 }, b: 2 }
`

test('YAML means the same to us as to kubectl', async (context) => {
  const kubectl = needPeer(context, 'kubectl')
  const text = `apiVersion: example.org/v1\nkind: Thing\nmetadata: { name: a }\nspec:${values}`
  const printed = await runProgram(kubectl, ['label', '--local', '-f', '-', '-o', 'json', 'a=b'], text)
  expect(printed.stderr).toBe('')
  expect(parseManifests(text, 'a.yaml').manifests[0]?.object.spec).toEqual(JSON.parse(printed.stdout).spec)
})
