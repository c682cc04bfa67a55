import { expect, test } from 'vitest'
import { type BootMode, bootModes, rackBootOrder } from './boot-order.ts'
import { type Attempt, firstMode, nextState, runFirmware } from './firmware.ts'

test.each([
  [rackBootOrder, ['sd', 'nvme', 'network', 'restart']],
  [0xf461, ['sd', 'nvme', 'usb', 'restart']],
  [0xf21, ['sd', 'network', 'restart']],
  [0xe61, ['sd', 'nvme', 'stop']],
  [0x50, []],
])('BOOT_ORDER 0x%x is read from the lowest nibble up', (order, modes) => {
  expect(bootModes(order)).toEqual(modes)
})

const talos: Attempt = { boot: { from: 'nvme', talos: 'v1.13.9' } }
const failed: Attempt = { failed: 'no' }

test.each<[string, BootMode[], Attempt, unknown]>([
  [
    'what boots is booted',
    ['nvme', 'network'],
    talos,
    { at: 'booted', boot: { from: 'nvme', talos: 'v1.13.9' } },
  ],
  [
    'what fails gives way to the next',
    ['nvme', 'network'],
    failed,
    { at: 'trying', mode: 'network', turn: 1 },
  ],
  ['restart begins again', ['nvme', 'restart'], failed, { at: 'trying', mode: 'nvme', turn: 0 }],
  ['stop stops', ['nvme', 'stop'], failed, { at: 'stopped' }],
  ['so does the end of the list', ['nvme'], failed, { at: 'stopped' }],
])('%s', (_, order, attempt, state) => {
  expect(nextState(order, firstMode(order), attempt)).toEqual(state)
})

test('the network comes after the NVMe, in every turn, until the NVMe boots', async () => {
  const tried: BootMode[] = []
  const boot = await runFirmware(bootModes(rackBootOrder), async (mode) => {
    tried.push(mode)
    return tried.length === 5 ? talos : failed
  })
  expect(tried).toEqual(['sd', 'nvme', 'network', 'sd', 'nvme'])
  expect(boot).toEqual({ from: 'nvme', talos: 'v1.13.9' })
  expect(await runFirmware([], async () => failed)).toBeUndefined()
})
