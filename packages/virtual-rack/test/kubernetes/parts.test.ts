import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalQuantity, quantityValue } from '../../src/kubernetes/admission/quantity.ts'
import { nextRun } from '../../src/kubernetes/controllers/cron-schedule.ts'
import { labelSelector } from '../../src/kubernetes/http/selectors.ts'

test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  [2, '2'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['100M', '100M'],
  ['1e3', '1k'],
  ['0', '0'],
  ['12345', '12345'],
  ['1500m', '1500m'],
  ['0.1Gi', '107374182400m'],
])('quantity %s is %s', (value, canonical) => {
  expect(canonicalQuantity(value)).toBe(canonical)
})

test('what is no quantity is none', () => {
  for (const value of ['', 'x', '1 Gi', '1KiB', '--1', '.', undefined, {}])
    expect(canonicalQuantity(value)).toBeUndefined()
  fc.assert(fc.property(fc.string(), (text) => void canonicalQuantity(text)))
})

test('a canonical quantity is its own canonical form and of the same amount', () => {
  const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi')
  fc.assert(
    fc.property(fc.nat(100_000), suffix, (number, unit) => {
      const canonical = canonicalQuantity(`${number}${unit}`)
      expect(canonicalQuantity(canonical)).toBe(canonical)
      expect(quantityValue(canonical)).toBeCloseTo(quantityValue(`${number}${unit}`), 3)
    }),
  )
})

const from = new Date('2026-11-22T16:58:30Z')
test.each([
  ['*/5 * * * *', '2026-11-22T17:00:00.000Z'],
  ['0 3 * * *', '2026-11-23T03:00:00.000Z'],
  ['30 4 1,15 * *', '2026-12-01T04:30:00.000Z'],
  ['0 0 * * mon-fri', '2026-11-23T00:00:00.000Z'],
  ['0 0 * * 7', '2026-11-29T00:00:00.000Z'],
  ['0 0 29 feb *', undefined],
  ['@hourly', '2026-11-22T17:00:00.000Z'],
  ['61 * * * *', undefined],
  ['* * * *', undefined],
  ['nonsense', undefined],
])('the next run of %s is %s', (schedule, next) => {
  expect(nextRun(schedule, from)?.toISOString()).toBe(next)
})

test.each([
  ['app=web', { app: 'web' }, true],
  ['app==web', { app: 'api' }, false],
  ['app!=web', {}, true],
  ['app in (web, api),tier', { app: 'api', tier: 'x' }, true],
  ['app notin (web)', { app: 'web' }, false],
  ['!app', { app: 'web' }, false],
  ['!app', {}, true],
])('the selector %s on %o is %s', (selector, labels, matches) => {
  expect(labelSelector(selector)(labels)).toBe(matches)
})

test('a selector that cannot be read is 400', () => {
  for (const selector of ['a=b=c', 'a in b', '(', 'a b'])
    expect(() => labelSelector(selector)).toThrow(/unable to parse/)
})
