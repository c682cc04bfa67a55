import { FaultError } from '@homerack/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  imageDigest,
  parseAgentEvents,
  parseAssignment,
  parseImageManifest,
  parseInventory,
} from './index.ts'

const MIB = 1024 * 1024
const sha256 = 'a'.repeat(64)
const range = (start: number, length: number) => ({ start, length, sha256, frame: { offset: 0, length: 10 } })
const manifest = { sha256, size: 8 * MIB, ranges: [range(0, MIB), range(MIB, 4096), range(4 * MIB, 2 * MIB)] }
const inventory = {
  serial: 'a1b2c3d4',
  revision: 'e04171',
  mac: '2c:cf:67:00:00:01',
  memory: 16e9,
  agent: sha256,
  disks: [
    {
      device: '/dev/nvme0n1',
      model: 'M',
      serial: 'S',
      size: 1e12,
      sectorSize: 512,
      readOnly: false,
      content: { kind: 'empty' },
    },
  ],
}
const assignment = {
  id: 'a-1',
  disk: { serial: 'S', size: 1e12 },
  erase: false,
  image: manifest,
  url: 'http://127.0.0.1:1/images/x',
}

test('what the contract says is taken as it is', () => {
  expect(parseInventory(inventory)).toEqual(inventory)
  expect(parseAssignment(assignment)).toEqual(assignment)
  const progress = { type: 'progress', assignment: 'a-1', image: sha256, phase: 'write', done: 1, total: 2 }
  const failed = { type: 'failed', assignment: 'a-1', fault: { code: 'E_DISK_IO', subject: 's', cause: 'c' } }
  expect(parseAgentEvents({ events: [progress, failed] })).toEqual([progress, failed])
})

describe('refused manifests', () => {
  test.each([
    ['ranges that overlap', [range(0, 8192), range(4096, 4096)]],
    ['ranges out of order', [range(8192, 4096), range(0, 4096)]],
    ['a range off the 4 KiB blocks', [range(512, 4096)]],
    ['a range that leaves the image', [range(8 * MIB, 8 * MIB)]],
    ['a range across the end of the first MiB', [range(MIB - 4096, 8192)]],
    ['a range beyond 2 MiB', [range(MIB, 2 * MIB + 4096)]],
    ['an empty range', [range(0, 0)]],
  ])('%s', (_, ranges) => {
    expect(() => parseImageManifest({ ...manifest, size: 12 * MIB, ranges: ranges.slice() })).toThrow(
      FaultError,
    )
  })
})

test.each([
  ['a serial of another form', { ...inventory, serial: '../../etc' }],
  ['a size that is no number', { ...inventory, disks: [{ ...inventory.disks[0], size: '1' }] }],
  ['an endless name', { ...inventory, disks: [{ ...inventory.disks[0], model: 'x'.repeat(300) }] }],
  ['too many disks', { ...inventory, disks: Array(65).fill(inventory.disks[0]) }],
])('an inventory with %s is refused, the field being named', (_, value) => {
  expect(() => parseInventory(value)).toThrow(/E_PROTOCOL\s+(serial|disks)/)
})

test('every wrong field is a fault of its own', () => {
  try {
    parseAssignment({ ...assignment, id: '', erase: 'yes', url: 'ftp://x' })
    expect.unreachable()
  } catch (error) {
    expect((error as FaultError).faults.map((fault) => fault.cause.split(':')[0])).toEqual([
      'id',
      'erase',
      'url',
    ])
  }
})

test('garbage ends in a fault', () => {
  const parsers = [parseInventory, parseAssignment, parseAgentEvents, parseImageManifest]
  const mixed = fc.oneof(
    fc.jsonValue(),
    fc.record({ ...Object.fromEntries(Object.keys(assignment).map((key) => [key, fc.jsonValue()])) }),
    fc.record({
      events: fc.jsonValue(),
      ranges: fc.jsonValue(),
      size: fc.integer(),
      sha256: fc.constant(sha256),
    }),
  )
  fc.assert(
    fc.property(mixed, fc.constantFrom(...parsers), (value, parse) => {
      try {
        parse(value)
      } catch (error) {
        expect(error).toBeInstanceOf(FaultError)
      }
    }),
  )
})

test('an image digest depends on every range and their order', () => {
  const [a, b] = [{ sha256: 'a'.repeat(64) }, { sha256: 'b'.repeat(64) }]
  expect(new Set([imageDigest([a, b]), imageDigest([b, a]), imageDigest([a])]).size).toBe(3)
})
