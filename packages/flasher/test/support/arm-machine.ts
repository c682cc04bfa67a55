import { type ChildProcess, execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Network } from './network.ts'

const exec = promisify(execFile)

export type ArmMachineOptions = {
  readonly network: Network
  readonly name: string
  readonly mac: string
  /** Of the board, in its device tree: 8 hex digits. */
  readonly serial: string
  readonly disk: { readonly path: string; readonly serial: string }
  /** For its files. */
  readonly folder: string
}

export type ArmMachine = {
  /** File of what it has written to its serial port. */
  readonly log: string
  /** What it has written to its serial port. */
  console(): Promise<string>
  /** Waits until it has written that. Throws if it ends before, or takes minutes. */
  says(pattern: RegExp): Promise<void>
  /** Bytes it has written to its disk since power-on. */
  written(): Promise<number>
}

const PATIENCE_MS = 240_000

export const firmware = '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd'
const model = ['-cpu', 'cortex-a72', '-smp', '2', '-m', '1536']

/**
 * An emulated arm64 machine with UEFI, an NVMe drive that it boots from if it can, and a network card that it boots
 * from otherwise. Its device tree carries a board's serial and revision, as a Raspberry Pi's does.
 */
export async function startArmMachine(options: ArmMachineOptions): Promise<ArmMachine> {
  const { network, name, mac, disk, folder } = options
  const at = (ending: string) => join(folder, `${name}.${ending}`)
  const { ifname, start } = await network.tap(name)
  await writeDeviceTree(at('dtb'), options.serial)
  const child = start('qemu-system-aarch64', [
    ...['-M', 'virt,acpi=off', ...model, '-bios', firmware, '-dtb', at('dtb')],
    ...['-nographic', '-nodefaults', '-monitor', 'none', '-serial', `file:${at('log')}`],
    ...['-qmp', `unix:${at('qmp')},server=on,wait=off`],
    ...['-drive', `file=${disk.path},if=none,id=disk,format=raw,cache=unsafe,discard=unmap`],
    ...['-device', `nvme,drive=disk,serial=${disk.serial},bootindex=0`],
    ...['-netdev', `tap,id=net,ifname=${ifname},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=net,mac=${mac},romfile=,bootindex=1`],
  ])
  let errors = ''
  child.stderr?.on('data', (text) => (errors += text))
  const console = () => readFile(at('log'), 'utf8').catch(() => '')
  return {
    log: at('log'),
    console,
    says: async (pattern) => {
      const since = performance.now()
      while (!pattern.test(await console())) {
        if (hasEnded(child) || performance.now() - since > PATIENCE_MS)
          throw new Error(`${name} did not say ${pattern}: ${errors}${await console()}`)
        await sleep(200)
      }
    },
    written: () => bytesWritten(at('qmp')),
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** QEMU's own device tree with what a Raspberry Pi's firmware adds to its. */
async function writeDeviceTree(path: string, serial: string): Promise<void> {
  await exec('qemu-system-aarch64', [
    '-M',
    `virt,acpi=off,dumpdtb=${path}`,
    ...model,
    '-nographic',
    '-nodefaults',
  ])
  await exec('fdtput', ['-t', 's', path, '/', 'serial-number', `10000000${serial}`])
  await exec('fdtput', ['-p', '-t', 'x', path, '/system', 'linux,revision', 'd04170'])
}

/** Asked over QEMU's machine protocol: a greeting, and one answer to each line. */
async function bytesWritten(path: string): Promise<number> {
  const socket = connect(path)
  try {
    for (const execute of ['qmp_capabilities', 'query-blockstats'])
      socket.write(`${JSON.stringify({ execute })}\n`)
    for await (const line of createInterface({ input: socket })) {
      const [disk] =
        JSON.parse(line).return?.map?.((found: { stats: { wr_bytes: number } }) => found.stats) ?? []
      if (disk) return disk.wr_bytes
    }
    throw new Error('QEMU went away')
  } finally {
    socket.destroy()
  }
}
