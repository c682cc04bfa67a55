import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import * as z from 'zod/mini'
import { type DiskSeen, findDisks } from '../device/find-disks.ts'
import type { Inventory } from '../protocol/schemas.ts'

/** A board without what its disks hold. */
export type Board = Omit<Inventory, 'agent' | 'disks'> & { readonly disks: readonly DiskSeen[] }

const boardFileSchema = z.object({
  serial: z.string(),
  revision: z.string(),
  mac: z.string(),
  memory: z.number(),
  disks: z.array(z.object({ device: z.string(), model: z.string(), serial: z.string(), size: z.number() })),
})

/**
 * The board this runs on: from a description file where a program plays the board, else from the machine.
 * @throws FaultError E_BOARD
 */
export async function readBoard(file: string | undefined): Promise<Board> {
  if (file === undefined) return readMachine()
  const description = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch((error: Error) => {
      throw fault(file, error.message)
    })
  const result = z.safeParse(boardFileSchema, description)
  if (!result.success) throw fault(file, result.error.issues.map((issue) => issue.path.join('.')).join(', '))
  const { disks, ...board } = result.data
  return { ...board, disks: disks.map((disk) => ({ ...disk, sectorSize: 512, readOnly: false })) }
}

/**
 * A Raspberry Pi under Linux: device tree and sysfs. The serial is its low 32 bits, as in TFTP requests.
 * @param root where `/proc` and `/sys` are; a test's own tree
 */
export async function readMachine(root = '/'): Promise<Board> {
  const read = (path: string) => readFile(join(root, path)).catch(() => Buffer.alloc(0))
  const text = async (path: string) => (await read(path)).toString('latin1').replaceAll('\0', '').trim()
  const serial = (await text('proc/device-tree/serial-number')).slice(-8).toLowerCase()
  if (!/^[0-9a-f]{8}$/.test(serial)) throw fault('device tree', 'it names no serial: is this a Raspberry Pi?')
  const revision = (await read('proc/device-tree/system/linux,revision')).toString('hex').replace(/^0+/, '')
  const memory = /^MemTotal:\s+(\d+) kB/m.exec(await text('proc/meminfo'))?.[1] ?? '0'
  const macs = await Promise.all(['end0', 'eth0'].map((name) => text(`sys/class/net/${name}/address`)))
  return {
    serial,
    revision,
    mac: macs.find(Boolean) ?? '00:00:00:00:00:00',
    memory: Number(memory) * 1024,
    disks: await findDisks(root),
  }
}

const fault = (subject: string, cause: string): FaultError =>
  new FaultError({ code: 'E_BOARD', subject, cause })
