import { expect, test } from 'vitest'
import { yamlScalars } from '../../test/yaml-scalars.ts'
import { resolveJsonScalar, resolveYamlScalar } from './resolve-scalar.ts'

test.each(yamlScalars)('YAML %j is %s %j', (source, type, text) => {
  const value = resolveYamlScalar(source)
  expect([value?.type ?? 'null', value?.bytes.toString() ?? '']).toEqual([type, text])
})

test('a whole number between 2^63 and 2^64 has no meaning to SOPS', () => {
  expect(resolveYamlScalar('9223372036854775808')).toBeUndefined()
})

test.each([
  ['1', 'int', '1'],
  ['-0', 'int', '0'],
  ['1.0', 'float', '1'],
  ['1e3', 'float', '1000'],
  ['12345678901234567890', 'float', '12345678901234567000'],
  ['true', 'bool', 'True'],
  ['null', 'null', ''],
])('JSON %s is %s %s', (source, type, text) => {
  const value = resolveJsonScalar(source)
  expect([value?.type ?? 'null', value?.bytes.toString() ?? '']).toEqual([type, text])
})
