import { expect, test } from 'vitest'
import { formatSchematic, schematicId } from '../src/index.ts'

const extensions = ['siderolabs/iscsi-tools', 'siderolabs/util-linux-tools']
const customization = { systemExtensions: { officialExtensions: extensions } }
const rpi5 = { image: 'siderolabs/sbc-raspberrypi', name: 'rpi_5' }

test.each([
  ['nothing', {}, '376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba'],
  ['two extensions', { customization }, '613e1592b2da41ae5e265e8789429f22e121aab91cb4deb6bc3c0b6262961245'],
  [
    'rpi_generic',
    { overlay: { ...rpi5, name: 'rpi_generic' } },
    'ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9',
  ],
  ['rpi_5', { overlay: rpi5 }, 'a636242df247ad4aad2e36d1026d8d4727b716a3061749bd7b19651e548f65e4'],
  [
    'rpi_5 and extensions',
    { overlay: rpi5, customization },
    'b00ac8400b2ad823d3d5e972136dd89c0d960d58e0ff2b12d5b8b87e9d53e670',
  ],
])('%s', (_, schematic, id) => {
  expect(schematicId(schematic)).toBe(id)
})

test('the canonical form keeps its key order and leaves out what is empty', () => {
  const schematic = {
    customization: {
      meta: [],
      bootloader: 'grub' as const,
      extraKernelArgs: ['a=b'],
      systemExtensions: { officialExtensions: [] },
    },
    overlay: { name: 'rpi_5', image: 'siderolabs/sbc-raspberrypi', options: {} },
  }
  expect(formatSchematic(schematic)).toBe(
    [
      'overlay:',
      '    image: siderolabs/sbc-raspberrypi',
      '    name: rpi_5',
      'customization:',
      '    extraKernelArgs:',
      '        - a=b',
      '    bootloader: grub',
      '',
    ].join('\n'),
  )
})

test('the order of extensions is part of the identity', () => {
  const reversed = { customization: { systemExtensions: { officialExtensions: extensions.toReversed() } } }
  expect(schematicId(reversed)).not.toBe(schematicId({ customization }))
})
