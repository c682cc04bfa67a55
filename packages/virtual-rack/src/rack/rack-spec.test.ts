import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { rackSpec } from '../../test/fixtures/rack-spec.ts'
import { parseRackSpec } from './rack-spec.ts'
import { resolveThrough } from './resolve-address.ts'

test('a good spec comes through unchanged', () => {
  const spec = rackSpec(3, { faults: ['slow-node', 'disk-gone:pi-2'] })
  expect(parseRackSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec)
})

const good = rackSpec(2)
const [one, two] = good.boards

test.each<[string, unknown, RegExp]>([
  ['not an object', 7, /expected object/],
  [
    'a network wider than loopback plays',
    { ...good, network: { ...good.network, cidr: '192.168.0.0/16' } },
    /wider than \/24/,
  ],
  [
    'an address elsewhere',
    { ...good, vip: '192.168.11.50' },
    /192\.168\.11\.50 is not in 192\.168\.10\.0\/24/,
  ],
  ['a privileged port', { ...good, operator: { ...good.operator, tftp: 69 } }, /operator\.tftp/],
  ['no boards', { ...good, boards: [] }, /boards/],
  ['a name twice', { ...good, boards: [one, { ...two, name: 'pi-1' }] }, /two have the name pi-1/],
  [
    'a disk twice',
    { ...good, boards: [one, { ...two, disk: one!.disk }] },
    /two have a disk with the serial/,
  ],
  [
    'half a sector',
    { ...good, boards: [{ ...one, disk: { ...one!.disk, size: 1000 } }] },
    /512-byte sectors/,
  ],
  ['a path as a name', { ...good, boards: [{ ...one, name: '../pi' }] }, /boards\.0\.name/],
  [
    'a path as a disk',
    { ...good, boards: [{ ...one, disk: { ...one!.disk, serial: '../x' } }] },
    /disk\.serial/,
  ],
  ['an unknown fault', { ...good, faults: ['disk-gon'] }, /did you mean disk-gone/],
  ['a fault at nobody', { ...good, faults: ['disk-gone:pi-9'] }, /no board is named "pi-9"/],
  ['an unknown field', { ...good, sped: 1 }, /sped/],
])('%s is refused', (_, spec, message) => {
  try {
    parseRackSpec(spec, 'spec.json')
    expect.unreachable()
  } catch (error) {
    const faults = faultsOf(error)!
    expect(faults.every(({ code, subject }) => code === 'E_RACK_SPEC' && subject === 'spec.json')).toBe(true)
    expect(faults.map(({ cause }) => cause).join('\n')).toMatch(message)
  }
})

test('several wrong things are told together', () => {
  const spec = { ...good, vip: '10.0.0.1', faults: ['x', 'y'] }
  expect(() => parseRackSpec(spec)).toThrow(/10\.0\.0\.1[\s\S]*"x"[\s\S]*"y"/)
})

test('addresses of the network are played on loopback, others are not', () => {
  const resolve = resolveThrough({ base: '127.99.7', cidr: '192.168.10.0/24' })
  expect(['192.168.10.51', '192.168.11.51', '127.0.0.1', 'pool.ntp.org', '192.168.10'].map(resolve)).toEqual([
    '127.99.7.51',
    '192.168.11.51',
    '127.0.0.1',
    'pool.ntp.org',
    '192.168.10',
  ])
})
