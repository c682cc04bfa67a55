import { isIPv4 } from 'node:net'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Fault, FaultError, formatFault } from '@homerack/errors'
import { agentBundlePath } from '../agent/bundle-path.ts'
import { unwrapKernel } from '../image/zboot/unwrap-kernel.ts'
import type { AllowedBoard } from '../netboot/boards/allow-list.ts'
import type { LeaseNetwork } from '../netboot/dhcp/answer-lease.ts'
import type { PxeKind } from '../netboot/dhcp/answer-pxe.ts'
import type { NetbootEvent } from '../netboot/netboot-event.ts'
import type { PxeOptions } from '../netboot/pxe-clients.ts'
import { type Netboot, type NetbootMode, serveNetboot } from '../netboot/serve-netboot.ts'
import type { NetbootFiles } from '../netboot/tree/boot-tree.ts'
import { gigabytes, openImage, print, readInput, type SharedOptions, stopSignal } from './session.ts'

type ServeOptions = SharedOptions & {
  readonly listen: string
  readonly board: readonly string[]
  readonly image: string
  readonly kernel: string
  readonly initramfs?: string
  readonly runtime?: string
  readonly file?: readonly string[]
  readonly flash?: readonly string[]
  readonly erase?: readonly string[]
  readonly mode: NetbootMode
  readonly network?: string
  readonly router?: string
  readonly dns?: readonly string[]
  readonly advertise?: string
  readonly tftpPort: number
  readonly dhcpPort: number
  readonly httpPort: number
  readonly pxeMachine?: readonly string[]
  readonly pxeFile?: readonly string[]
  readonly pxePort: number
  readonly capture?: string
}

/** Serves until it is stopped. */
export async function serve(options: ServeOptions): Promise<void> {
  const signal = stopSignal()
  const boards = options.board.map(readBoardOption)
  const arms = (options.flash ?? []).map((text) => readFlashOption(text, boards, options.erase ?? []))
  const pxe = readPxeOptions(options)
  const { manifest, path } = await openImage(options.image, options, signal)
  const netboot = await serveNetboot({
    listen: {
      address: options.listen,
      tftpPort: options.tftpPort,
      dhcpPort: options.dhcpPort,
      httpPort: options.httpPort,
    },
    advertise: { address: options.advertise ?? options.listen, httpPort: options.httpPort },
    mode: options.mode,
    boards,
    files: await bootFiles(options),
    agent: { path: agentBundlePath() },
    ...(options.runtime !== undefined && { runtime: { path: options.runtime } }),
    image: { manifest, path },
    signal,
    ...(options.network !== undefined && { leases: readLeases(options.network, options) }),
    ...(pxe && { pxe }),
    ...(options.capture !== undefined && { capture: options.capture }),
  })
  for (const { serial, disk, erase } of arms) netboot.assign(serial, { disk, erase })
  await tell(netboot, options)
}

async function tell(netboot: Netboot, { json }: ServeOptions): Promise<void> {
  let shown = ''
  for await (const event of netboot.events) {
    if (json) print(JSON.stringify(event))
    else {
      const line = describe(event)
      if (line !== undefined && line !== shown) print(line)
      shown = line ?? shown
    }
  }
}

/** One line for what a person wants to see; undefined for the rest. */
function describe(event: NetbootEvent): string | undefined {
  switch (event.type) {
    case 'listening': {
      const ports = Object.entries(event.ports).map(([name, port]) => `${name} ${port}`)
      return `listening on ${event.address}: ${ports.join(', ')}`
    }
    case 'unknown-board':
      return `unknown board ${event.serial ?? event.mac ?? event.address}: ${event.cause}; not served`
    case 'dhcp':
      return event.leased === undefined
        ? `${event.board}  asks where to boot from`
        : `${event.board}  is leased ${event.leased}`
    case 'file':
      return event.outcome === 'sent' ? `${event.board}  ${event.file}, ${event.size} bytes` : undefined
    case 'inventory':
      return `${event.board}  agent reports ${event.inventory.disks.map(({ model, serial, size }) => `${model} ${serial} ${gigabytes(size)} (${size} bytes)`).join(', ') || 'no disk'}`
    case 'progress':
      return `${event.board}  ${event.phase === 'write' ? 'writing' : 'verifying'} ${Math.floor((event.done / Math.max(1, event.total)) * 10) * 10} %`
    case 'flashed':
      return `${event.board}  flashed and verified: ${gigabytes(event.written)} in ${(event.writeMs / 1000).toFixed(1)} s`
    case 'failed':
    case 'warning':
      return formatFault(event.fault)
  }
}

function wrong(option: string, text: string, form: string): FaultError {
  const fault: Fault = {
    code: 'E_OPTION',
    subject: `${option} ${text}`,
    cause: `it has not the form ${form}`,
  }
  return new FaultError(fault)
}

function readBoardOption(text: string): AllowedBoard {
  const [, name, serial, mac, lease] =
    /^([\w.-]+)=([0-9a-f]{8}),([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?:,([\d.]+))?$/i.exec(text) ?? []
  const isRight = name && serial && mac && (lease === undefined || isIPv4(lease))
  if (!isRight) throw wrong('--board', text, 'pi-1=a1b2c3d4,2c:cf:67:00:00:01[,192.168.10.51]')
  return { name, serial: serial.toLowerCase(), mac, ...(lease !== undefined && { lease }) }
}

function readLeases(cidr: string, { router, dns = [] }: ServeOptions): LeaseNetwork {
  const [address, length] = cidr.split('/')
  if (!isIPv4(address ?? '') || !/^([12]?\d|30)$/.test(length ?? ''))
    throw wrong('--network', cidr, '192.168.10.0/24')
  const check = (option: string, text: string): void => {
    if (!isIPv4(text)) throw wrong(option, text, '192.168.10.1')
  }
  if (router !== undefined) check('--router', router)
  for (const each of dns) check('--dns', each)
  return { cidr, dns, ...(router !== undefined && { router }) }
}

function readFlashOption(text: string, boards: readonly AllowedBoard[], erase: readonly string[]) {
  const [, name, serial, size] = /^([\w.-]+)=(.+),(\d{1,16})$/.exec(text) ?? []
  const board = boards.find((candidate) => candidate.name === name)
  if (!name || !serial || !size) throw wrong('--flash', text, 'pi-1=S6XNNS0W103,1000204886016')
  if (board)
    return { serial: board.serial, disk: { serial, size: Number(size) }, erase: erase.includes(name) }
  const cause = `no --board is called ${name}`
  throw new FaultError({ code: 'E_OPTION', subject: `--flash ${text}`, cause })
}

function readPxeOptions({ pxeMachine = [], pxeFile = [], pxePort }: ServeOptions): PxeOptions | undefined {
  if (pxeMachine.length === 0 && pxeFile.length === 0) return undefined
  const machines = pxeMachine.map((text) => {
    const [, name, mac] = /^([\w.-]+)=([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})$/i.exec(text) ?? []
    if (!name || !mac) throw wrong('--pxe-machine', text, 'nas=52:54:00:12:34:56')
    return { name, mac }
  })
  const bootFiles = pxeFile.map((text) => {
    const [, kind, path] = /^(bios|ipxe|uefi-x64|uefi-arm64)=(.+)$/.exec(text) ?? []
    if (!kind || !path) throw wrong('--pxe-file', text, 'uefi-arm64=boot/arm64.efi')
    return [kind as PxeKind, path] as const
  })
  return { machines, bootFiles: Object.fromEntries(bootFiles), port: pxePort }
}

/** A kernel that is an EFI program is unwrapped, and packed with gzip so that it stays small over TFTP. */
async function bootFiles({ kernel, initramfs, file = [] }: ServeOptions): Promise<NetbootFiles> {
  const given = await readInput(kernel)
  const { image, packing } = await unwrapKernel(given)
  const bytes = packing.startsWith('zboot') ? await promisify(gzip)(image) : given
  const others = file.map((text) => {
    const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? [undefined, basename(text), text]
    return [name ?? '', { path: path ?? '' }] as const
  })
  return {
    'kernel_2712.img': bytes,
    ...(initramfs !== undefined && { initramfs: { path: initramfs } }),
    ...Object.fromEntries(others),
  }
}
