import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { type AgentEvent, type ImageManifest, type Inventory, imageDigest } from '../../protocol/index.ts'
import type { NetbootEvent } from '../netboot-event.ts'
import { createAllowList } from './allow-list.ts'
import { createBoardRegistry } from './board-registry.ts'

const sha256 = 'a'.repeat(64)
const range = { start: 0, length: 4096, sha256: 'b'.repeat(64), frame: { offset: 0, length: 100 } }
const manifest: ImageManifest = { sha256, size: 4096, ranges: [range] }
const digest = imageDigest(manifest.ranges)
const boards = createAllowList([
  { name: 'pi-1', serial: 'A1B2C3D4', mac: '2C-CF-67-00-00-01' },
  { name: 'pi-2', serial: 'a1b2c3d5', mac: '2c:cf:67:00:00:02' },
])
const pi1 = boards.bySerial('a1b2c3d4')!
const inventory: Inventory = {
  serial: 'a1b2c3d4',
  revision: 'd04170',
  mac: '2c:cf:67:00:00:01',
  memory: 16e9,
  disks: [],
  agent: sha256,
}
const consent = { disk: { serial: 'S6XNNS0W103', size: 1e12 }, erase: false }
const address = '127.0.0.51'

const make = () => {
  const clock = { now: 1000 }
  const events: NetbootEvent[] = []
  const emit = (event: NetbootEvent): void => void events.push(event)
  const url = (): string => 'http://127.0.0.1/images/a'
  const registry = createBoardRegistry({ boards, manifest, url, armedFor: 600, now: () => clock.now, emit })
  const state = () => registry.snapshots()[0]!.state
  const tell = (...told: AgentEvent[]): boolean => registry.onAgentEvents(pi1, address, told)
  const types = (): string[] => events.map(({ type }) => type)
  return { registry, clock, events, state, tell, types }
}
const progress = (assignment: string, image = sha256): AgentEvent => ({
  type: 'progress',
  assignment,
  image,
  phase: 'write',
  done: 1,
  total: 2,
})
const flashed = (assignment: string, read = digest, image = sha256): AgentEvent => ({
  type: 'flashed',
  assignment,
  image,
  written: 4096,
  skipped: 0,
  writeMs: 1,
  verifyMs: 1,
  sha256: read,
})

test('serials and MACs compare in any spelling, and both must be of one board', () => {
  expect(boards.admit(['d4c3b2a1', 'a1b2c3d4'], '2c:cf:67:00:00:01')).toEqual({ kind: 'allowed', board: pi1 })
  expect(boards.byPrefix('2C-CF-67-00-00-02')?.name).toBe('pi-2')
  const cause = (serial: string, mac: string): unknown => boards.admit([serial], mac)
  expect(cause('a1b2c3d4', '2c:cf:67:00:00:02')).toMatchObject({
    cause: expect.stringContaining('serial of pi-1'),
  })
  expect(cause('00000000', '2c:cf:67:00:00:02')).toMatchObject({
    cause: expect.stringContaining('MAC of pi-2'),
  })
  expect(cause('00000000', '2c:cf:67:00:00:09')).toMatchObject({ cause: 'is not on the list of boards' })
})

test('a board goes from unseen to flashed, and is disarmed', async () => {
  const { registry, state, tell, types, clock } = make()
  expect(state()).toEqual({ kind: 'unseen' })
  registry.onFirmware(pi1, address)
  expect(state()).toEqual({ kind: 'booting' })
  expect(registry.onQuestion(pi1, address)).toBe(false)
  registry.onInventory(pi1, address, inventory)
  expect(state()).toEqual({ kind: 'waiting' })
  const waits = registry.nextAssignment(pi1, new AbortController().signal)
  const assignment = registry.assign('A1B2C3D4', consent)
  expect(await waits).toEqual(assignment)
  expect(assignment).toMatchObject({ ...consent, image: manifest, url: 'http://127.0.0.1/images/a' })
  expect(tell(progress(assignment.id))).toBe(true)
  expect(state()).toMatchObject({ kind: 'working', adopted: false, done: 1 })
  clock.now = 1_000_000
  expect(registry.snapshots()[0]).toMatchObject({ armed: assignment, address, lastSeen: 1000, inventory })
  tell(flashed(assignment.id))
  expect(registry.snapshots()[0]).toMatchObject({ state: { kind: 'flashed' }, lastSeen: 1_000_000 })
  expect(registry.snapshots()[0]).not.toHaveProperty('armed')
  expect(types()).toEqual(['inventory', 'progress', 'flashed'])
})

test('an end that is told twice counts once, and does not disarm what came after', () => {
  const { registry, tell, types } = make()
  registry.onInventory(pi1, address, inventory)
  const { id } = registry.assign(pi1.serial, consent)
  tell(flashed(id))
  const next = registry.assign(pi1.serial, consent)
  tell(flashed(id))
  expect(types()).toEqual(['inventory', 'flashed'])
  expect(registry.snapshots()[0]?.armed).toEqual(next)
})

test('a board that read back something else has failed, whatever it says', () => {
  const { registry, state, tell, events } = make()
  registry.onInventory(pi1, address, inventory)
  tell(flashed(registry.assign(pi1.serial, consent).id, 'c'.repeat(64)))
  expect(state()).toMatchObject({ kind: 'failed', fault: { code: 'E_DISK_VERIFY' } })
  expect(events.at(-1)).toMatchObject({ type: 'failed', board: 'pi-1', fault: { code: 'E_DISK_VERIFY' } })
})

test('the firmware that starts from the new disk does not hide how flashing ended', () => {
  const { registry, state, tell } = make()
  registry.onFirmware(pi1, address)
  expect(state()).toEqual({ kind: 'booting' })
  registry.onInventory(pi1, address, inventory)
  tell(flashed(registry.assign(pi1.serial, consent).id))
  registry.onFirmware(pi1, address)
  expect(state()).toMatchObject({ kind: 'flashed' })
  registry.onInventory(pi1, address, inventory)
  expect(state()).toEqual({ kind: 'waiting' })
})

test('a failure disarms', () => {
  const { registry, state, tell } = make()
  registry.onInventory(pi1, address, inventory)
  const { id } = registry.assign(pi1.serial, consent)
  const fault = { code: 'E_DISK_SERIAL', subject: 'pi-1', cause: 'another disk' } as const
  tell({ type: 'failed', assignment: id, fault })
  expect(state()).toEqual({ kind: 'failed', assignment: id, fault })
  expect(registry.snapshots()[0]).not.toHaveProperty('armed')
})

test('work begun under an earlier operator is adopted, and its inventory asked for', () => {
  const { registry, state, tell, types } = make()
  expect(tell(progress('earlier'))).toBe(false)
  registry.onInventory(pi1, address, inventory)
  expect(state()).toMatchObject({ kind: 'working', adopted: true })
  expect(tell(progress('earlier'), flashed('earlier'))).toBe(true)
  expect(state()).toMatchObject({ kind: 'flashed', assignment: 'earlier' })
  expect(types()).toEqual(['progress', 'inventory', 'progress', 'flashed'])
})

test('an end told to an operator without the inventory stays an end once the inventory comes', () => {
  const { registry, state, tell } = make()
  expect(tell(flashed('earlier'))).toBe(false)
  registry.onInventory(pi1, address, inventory)
  expect(state()).toMatchObject({ kind: 'flashed' })
})

test('an agent that asks again has started again', () => {
  const { registry, state, tell } = make()
  registry.onInventory(pi1, address, inventory)
  tell(progress(registry.assign(pi1.serial, consent).id))
  expect(registry.onQuestion(pi1, address)).toBe(true)
  expect(state()).toEqual({ kind: 'waiting' })
})

test('work on another image is warned about once and not believed', () => {
  const { registry, state, tell, events } = make()
  registry.onInventory(pi1, address, inventory)
  const other = 'c'.repeat(64)
  tell(progress('earlier', other), progress('earlier', other))
  expect(events.slice(1)).toMatchObject([{ type: 'warning', fault: { code: 'W_FOREIGN_IMAGE' } }])
  expect(state()).toEqual({ kind: 'waiting' })
})

test('an assignment that nobody fetches becomes void', async () => {
  const { registry, clock, events } = make()
  registry.assign(pi1.serial, consent)
  clock.now += 600
  expect(await registry.nextAssignment(pi1, AbortSignal.timeout(20))).toBeUndefined()
  expect(events).toMatchObject([{ type: 'warning', board: 'pi-1', fault: { code: 'W_BOARD_DISARMED' } }])
})

test('a disarmed board gets nothing, and unknown serials are refused', async () => {
  const { registry } = make()
  registry.assign(pi1.serial, consent)
  registry.disarm(pi1.serial)
  expect(await registry.nextAssignment(pi1, AbortSignal.timeout(20))).toBeUndefined()
  for (const act of [() => registry.assign('ffffffff', consent), () => registry.disarm('ffffffff')]) {
    let fault: unknown
    try {
      act()
    } catch (error) {
      fault = faultsOf(error)
    }
    expect(fault).toMatchObject([{ code: 'E_BOARD_UNKNOWN' }])
  }
})
