import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findCreationRule } from '../index.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'homerack-rule-'))
  await mkdir(join(root, 'deep/er'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true }))

const rules = `
creation_rules:
  - path_regex: ^deep/.*\\.sops\\.yaml$
    encrypted_regex: ^(data)$
    mac_only_encrypted: true
    age: age1a, age1b,
  - path_regex: \\.json$
    key_groups: [{ age: [age1c, 'age1d'] }]
  - path_regex: two-groups
    key_groups: [{ age: [age1c] }, { age: [age1d] }]
  - path_regex: pgp
    age: age1a
    pgp: [FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4]
  - path_regex: comments
    age: age1a
    encrypted_comment_regex: secret
`

test.each([
  [
    'deep/er/x.sops.yaml',
    {
      recipients: ['age1a', 'age1b'],
      rule: { kind: 'encrypted_regex', pattern: '^(data)$' },
      macOnlyEncrypted: true,
    },
  ],
  ['x.json', { recipients: ['age1c', 'age1d'], rule: undefined, macOnlyEncrypted: false }],
])('%s has its rule', async (path, expected) => {
  await writeFile(join(root, '.sops.yaml'), rules)
  const config = join(root, '.sops.yaml')
  expect(await findCreationRule(join(root, path))).toEqual({ config, ...expected })
})

test.each([
  ['x.yaml', rules, 'E_SOPS_NO_RULE'],
  ['two-groups', rules, 'E_SOPS_KEY_GROUPS'],
  ['pgp', rules, 'E_SOPS_FOREIGN_KEY'],
  ['comments', rules, 'E_SOPS_RULE'],
  ['x.yaml', 'creation_rules: [', 'E_SOPS_CONFIG'],
  ['x.yaml', 'creation_rules: [{ path_regex: "(?=a)" }]', 'E_SOPS_RULE'],
  ['x.yaml', 'creation_rules: *gone', 'E_SOPS_CONFIG'],
])('%s is a fault with rules %#', async (path, config, code) => {
  await writeFile(join(root, '.sops.yaml'), config)
  const error: unknown = await findCreationRule(join(root, path)).catch((thrown) => thrown)
  expect(faultsOf(error)?.[0]?.code).toBe(code)
})

test('the nearest .sops.yaml counts, and an empty one has no rules', async () => {
  await writeFile(join(root, '.sops.yaml'), rules)
  await writeFile(join(root, 'deep/.sops.yaml'), 'creation_rules: [{ age: age1near }]')
  expect((await findCreationRule(join(root, 'deep/er/x')))?.recipients).toEqual(['age1near'])
  await writeFile(join(root, 'deep/.sops.yaml'), 'stores: {}')
  expect(await findCreationRule(join(root, 'deep/er/x'))).toBeUndefined()
})
