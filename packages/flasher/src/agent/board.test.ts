import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookInto } from '../device/look-into.ts'
import { readBoard, readMachine } from './board.ts'
import { readSettings } from './settings.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-board-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function tree(files: Record<string, string | Buffer>): Promise<string> {
  const root = await mkdtemp(join(dir, 'root-'))
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  return root
}

test('a Pi 5 describes itself through its device tree and sysfs', async () => {
  const root = await tree({
    'proc/device-tree/serial-number': '10000000a1b2c3d4\0',
    'proc/device-tree/system/linux,revision': Buffer.from('00e04171', 'hex'),
    'proc/meminfo': 'MemTotal:       16608544 kB\nMemFree: 1 kB\n',
    'sys/class/net/end0/address': '2c:cf:67:00:00:01\n',
    'sys/block/nvme0n1/size': '2000409264\n',
    'sys/block/nvme0n1/device/serial': 'S1\n',
  })
  expect(await readMachine(root)).toMatchObject({
    serial: 'a1b2c3d4',
    revision: 'e04171',
    mac: '2c:cf:67:00:00:01',
    memory: 16608544 * 1024,
    disks: [{ device: '/dev/nvme0n1', serial: 'S1' }],
  })
})

test('another machine is no board', async () => {
  await expect(readMachine(await tree({ 'proc/meminfo': '' }))).rejects.toThrow(/E_BOARD/)
})

test.each([
  ['is missing', undefined],
  ['is no JSON', '{'],
  ['lacks fields', '{"serial":"a1b2c3d4"}'],
])('a description file that %s is a fault', async (name, text) => {
  const path = join(dir, `${name}.json`)
  if (text) await writeFile(path, text)
  await expect(readBoard(path)).rejects.toThrow(/E_BOARD/)
})

test('a disk that cannot be read holds something unknown', async () => {
  const disk = {
    device: join(dir, 'none'),
    model: '',
    serial: 'S',
    size: 1e12,
    sectorSize: 512,
    readOnly: false,
  }
  expect((await lookInto(disk)).content).toEqual({ kind: 'unknown' })
})

test('the operator is found on the kernel command line, the last one counting', () => {
  const line = 'console=tty0 homerack.operator=http://10.0.0.1:80 homerack.operator=http://10.0.0.2:8069/\n'
  expect(readSettings(line)).toEqual({ operator: 'http://10.0.0.2:8069' })
})
