import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { createAllowList } from '../boards/allow-list.ts'
import { makeBootTree, type NetbootFiles } from './boot-tree.ts'
import { createFileFinder } from './find-file.ts'

const agent = {
  agent: 'http://192.168.10.250:8069/agent.mjs',
  sha256: 'a'.repeat(64),
  operator: 'http://192.168.10.250:8069',
}
const kernel = { 'kernel_2712.img': Buffer.from('kernel') }
const told = `homerack.agent=${agent.agent} homerack.agent.sha256=${agent.sha256} homerack.operator=${agent.operator}`
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

test('the boot folder holds what the firmware and the agent need', async () => {
  const tree = await makeBootTree({ ...kernel, initramfs: Buffer.from('cpio') }, agent)
  expect([...tree.keys()].sort()).toEqual([
    'cmdline.txt',
    'config.txt',
    'initramfs',
    'kernel_2712.img',
    'start4.elf',
  ])
  expect(text(tree.get('config.txt'))).toBe(
    [
      '[all]',
      'arm_64bit=1',
      'kernel=kernel_2712.img',
      'initramfs initramfs followkernel',
      'dtparam=pciex1',
      'enable_uart=1',
      'os_check=0',
      'bootloader_update=0',
      '',
    ].join('\n'),
  )
  expect(text(tree.get('cmdline.txt'))).toBe(`console=ttyAMA10,115200 console=tty1 panic=10 ${told}\n`)
})

test('given config.txt and cmdline.txt are kept, and the agent is told on top', async () => {
  const files = { ...kernel, 'config.txt': Buffer.from('mine'), 'cmdline.txt': Buffer.from('quiet\n') }
  const tree = await makeBootTree(files, agent)
  expect(text(tree.get('config.txt'))).toBe('mine')
  expect(text(tree.get('cmdline.txt'))).toBe(`quiet ${told}\n`)
})

test('the agent’s Linux is told of its second stage, if that is not in the initramfs', async () => {
  const runtime = { url: 'http://192.168.10.250:8069/runtime.cpio', sha256: 'b'.repeat(64) }
  const tree = await makeBootTree(kernel, { ...agent, runtime })
  const words = `homerack.runtime=${runtime.url} homerack.runtime.sha256=${runtime.sha256}`
  expect(text(tree.get('cmdline.txt'))).toBe(
    `console=ttyAMA10,115200 console=tty1 panic=10 ${words} ${told}\n`,
  )
})

const codes = async (files: NetbootFiles): Promise<unknown> =>
  makeBootTree(files, agent).then(
    () => [],
    (error: unknown) => faultsOf(error)?.map(({ code, subject }) => `${code} ${subject}`),
  )

test('what cannot boot is refused, all of it at once', async () => {
  expect(
    await codes({
      initramfs: { path: '/nonexistent/initramfs' },
      'config.txt': Buffer.alloc(2048, '#'),
      'cmdline.txt': Buffer.from('a\nb'),
    }),
  ).toEqual([
    'E_NETBOOT_FILE_UNREADABLE initramfs',
    'E_NETBOOT_FILE_MISSING kernel_2712.img',
    'E_NETBOOT_COMMAND_LINE cmdline.txt',
    'E_NETBOOT_TOO_LARGE config.txt',
  ])
  expect(await codes({ ...kernel, 'cmdline.txt': Buffer.alloc(2048, 'x') })).toEqual([
    'E_NETBOOT_COMMAND_LINE cmdline.txt',
  ])
  expect(await codes({ ...kernel, initramfs: Buffer.alloc(40_000_000) })).toEqual([
    'E_NETBOOT_TOO_LARGE boot folder',
  ])
})

test('a file beyond the limit is not even read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-tree-'))
  try {
    const path = join(folder, 'initramfs')
    await writeFile(path, Buffer.alloc(40_000_001))
    expect(await codes({ ...kernel, initramfs: { path } })).toEqual(['E_NETBOOT_TOO_LARGE initramfs'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('names are found by serial, by MAC, and without a prefix by who asked before', () => {
  const boards = createAllowList([
    { name: 'pi-1', serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01' },
    { name: 'pi-2', serial: 'a1b2c3d5', mac: '2c:cf:67:00:00:02' },
  ])
  const bytes = Buffer.from('x')
  const find = createFileFinder(() => new Map([['overlays/a.dtbo', bytes]]), boards)
  const who = (name: string, client: string): unknown => {
    const found = find(name, client)
    return found.kind === 'file'
      ? `${found.board.name} ${found.bytes ? 'has' : 'lacks'}`
      : (found.prefix ?? '?')
  }
  expect(who('overlays/a.dtbo', '10.0.0.1')).toBe('?')
  expect(who('A1B2C3D4/overlays/a.dtbo', '10.0.0.1')).toBe('pi-1 has')
  expect(who('overlays/a.dtbo', '10.0.0.1')).toBe('pi-1 has')
  expect(who('overlays/../a', '10.0.0.1')).toBe('pi-1 lacks')
  expect(who('2c-cf-67-00-00-02/start.elf', '10.0.0.2')).toBe('pi-2 lacks')
  expect(who('deadbeef/overlays/a.dtbo', '10.0.0.1')).toBe('deadbeef')
  // pi-1 moves to another address; its old one is nobody's now.
  expect(who('a1b2c3d4/overlays/a.dtbo', '10.0.0.9')).toBe('pi-1 has')
  expect(who('overlays/a.dtbo', '10.0.0.1')).toBe('?')
})
