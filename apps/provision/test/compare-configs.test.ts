import { expect, test } from 'vitest'
import { compareConfigs } from '../src/observe/compare-configs.ts'

const live = `machine:
  token: very-secret
  sysctls: { a: "1" }
---
apiVersion: v1alpha1
kind: LinkConfig
name: end0
addresses: [{ address: 192.168.10.51/24 }]
`

test('order, comments and style do not count', () => {
  const same = `# a comment\nmachine: { sysctls: { "a": '1' }, token: very-secret }\n---\nname: end0\nkind: LinkConfig\naddresses:\n  - address: 192.168.10.51/24\napiVersion: v1alpha1\n`
  expect(compareConfigs(live, same)).toEqual([])
})

test.each([
  ['a changed value', live.replace('"1"', '"2"'), ['machine config.machine.sysctls.a']],
  [
    'a changed secret, by its place only',
    live.replace('very-secret', 'other'),
    ['machine config.machine.token'],
  ],
  ['a document less', live.split('---')[0] ?? '', ['LinkConfig end0']],
  ['a document more', `${live}---\nkind: HostnameConfig\nhostname: pi-1\n`, ['HostnameConfig']],
])('%s', (_, wanted, changes) => {
  expect(compareConfigs(live, wanted)).toEqual(changes)
})
