import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { compileRule, type RuleKind, ruleOf } from './rule.ts'

test.each<[RuleKind, string, string, boolean]>([
  ['unencrypted_suffix', '_unencrypted', 'a/b', true],
  ['unencrypted_suffix', '_unencrypted', 'a_unencrypted/b', false],
  ['encrypted_suffix', '_secret', 'a_secret/b', true],
  ['encrypted_suffix', '_secret', 'a/b', false],
  ['encrypted_regex', '^(data|stringData)$', 'stringData/x', true],
  ['encrypted_regex', '^(data|stringData)$', 'metadata/x', false],
  ['encrypted_regex', '(?i)^KEY', 'keys', true],
  ['unencrypted_regex', '^public', 'public_key', false],
  ['unencrypted_regex', '^public', 'key', true],
])('%s %s: is %s encrypted? %s', (kind, pattern, path, expected) => {
  expect(compileRule({ kind, pattern }, 'f')(path.split('/'))).toBe(expected)
})

test.each(['\\Adata', 'a(?=b)', '[[:alpha:]]', '(?P<x>a)', '\\pL', '(a)\\1', '('])(
  'the regular expression %s is refused: it would mean something else, or nothing, in Go',
  (pattern) => {
    expect(() => compileRule({ kind: 'encrypted_regex', pattern }, 'f')).toThrow(/E_SOPS_RULE/)
  },
)

test.each([
  [{ encrypted_regex: 'a', encrypted_suffix: 'b' }, /together/],
  [{ encrypted_comment_regex: 'a' }, /not supported/],
])('settings %j are refused', (settings, cause) => {
  const error: unknown = (() => {
    try {
      return ruleOf(settings, 'f')
    } catch (thrown) {
      return thrown
    }
  })()
  expect(faultsOf(error)?.[0]).toMatchObject({ code: 'E_SOPS_RULE', cause: expect.stringMatching(cause) })
})
