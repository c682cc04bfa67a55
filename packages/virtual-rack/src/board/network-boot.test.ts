import { createSocket } from 'node:dgram'
import { buildTftp, fetchFile, parseTftp, type TftpPacket } from '@homerack/flasher'
import { expect, onTestFinished, test } from 'vitest'
import { bindUdp } from '../network/udp.ts'
import { loadOverNetwork } from './network-boot.ts'

type Asked = { name: string; options: string }

/** A TFTP server that keeps a log: real datagrams, one new port per request, and ERROR 1 for what it lacks. */
async function scriptedServer(files: Record<string, string>) {
  const asked: Asked[] = []
  const ends: string[] = []
  const server = await bindUdp('127.0.0.1')
  server.on('message', (datagram, from) => {
    const request = parseTftp(datagram)
    if (request?.kind !== 'read') return
    asked.push({ name: request.name, options: JSON.stringify(Object.fromEntries(request.options)) })
    const transfer = createSocket('udp4')
    const send = (packet: TftpPacket, then = () => {}) =>
      transfer.send(buildTftp(packet), from.port, from.address, then)
    const content = files[request.name]
    transfer.bind(0, '127.0.0.1', () => {
      if (content === undefined) {
        send({ kind: 'error', code: 1, message: 'no such file' }, () => transfer.close())
      } else {
        send({
          kind: 'oack',
          options: new Map([
            ['tsize', String(content.length)],
            ['blksize', '1468'],
          ]),
        })
      }
    })
    transfer.on('message', (answer) => {
      const packet = parseTftp(answer)
      if (packet?.kind === 'ack' && packet.block === 0)
        send({ kind: 'data', block: 1, data: Buffer.from(content ?? '') })
      else {
        ends.push(packet?.kind === 'error' ? packet.message : 'done')
        transfer.close()
      }
    })
  })
  onTestFinished(() => void server.close())
  const { port } = server.address()
  const fetch = async (name: string) => {
    const fetched = await fetchFile({
      server: { address: '127.0.0.1', port },
      name,
      probe: true,
      timeoutMs: 5000,
    })
    return fetched.kind === 'file' ? fetched.bytes : undefined
  }
  return { fetch, asked, ends }
}

const serial = 'a1b2c3d4'
const whole = {
  'config.txt':
    '[pi4]\nkernel=kernel8.img\n[all]\nkernel=kernel_2712.img\ninitramfs initramfs followkernel\n',
  'bcm2712-rpi-5-b.dtb': 'a device tree',
  'cmdline.txt': 'console=tty1 homerack.agent=http://x/agent.mjs\n',
  'kernel_2712.img': 'a kernel',
  initramfs: 'an initramfs',
}
const under = (prefix: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${prefix}${name}`, content]))
const without = (name: keyof typeof whole) => {
  const { [name]: _, ...rest } = whole
  return rest
}

test('everything is asked for under the serial, size first, as a Pi does', async () => {
  const { fetch, asked, ends } = await scriptedServer(under(`${serial}/`, whole))
  expect(await loadOverNetwork(fetch, serial)).toEqual({
    kernel: { name: 'kernel_2712.img', cmdline: 'console=tty1 homerack.agent=http://x/agent.mjs' },
  })
  expect(asked[0]).toEqual({ name: `${serial}/start4.elf`, options: '{"tsize":"0","blksize":"1468"}' })
  expect(asked.map(({ name }) => name)).toContain(`${serial}/pieeprom.sig`)
  expect(ends.filter((end) => end === 'Early terminate')).toHaveLength(6)
})

test('a serial without a folder is left out of the names', async () => {
  const { fetch, asked } = await scriptedServer(whole)
  expect(await loadOverNetwork(fetch, serial)).toHaveProperty('kernel')
  expect(asked.map(({ name }) => name)).toContain('kernel_2712.img')
})

const zboot = `MZ\0\0zimg${'\0'.repeat(20)}`

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, 'no config.txt'],
  ['no device tree', without('bcm2712-rpi-5-b.dtb'), 'no bcm2712-rpi-5-b.dtb'],
  ['no kernel', without('kernel_2712.img'), 'no kernel_2712.img'],
  ['no initramfs', without('initramfs'), 'no initramfs'],
  ['an empty kernel', { ...whole, 'kernel_2712.img': '' }, 'kernel_2712.img: it is empty'],
  [
    'Talos’ own vmlinuz',
    { ...whole, 'kernel_2712.img': zboot },
    'kernel_2712.img: an EFI zboot image, which the firmware cannot unpack',
  ],
])('with %s nothing boots', async (_, files, failed) => {
  const { fetch } = await scriptedServer(files)
  expect(await loadOverNetwork(fetch, serial)).toEqual({ failed })
})

test('without kernel= the firmware tries its own names', async () => {
  const files = { ...without('kernel_2712.img'), 'config.txt': 'arm_64bit=1', 'kernel8.img': 'a kernel' }
  const { fetch } = await scriptedServer(files)
  expect(await loadOverNetwork(fetch, serial)).toMatchObject({ kernel: { name: 'kernel8.img' } })
})
