import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlashLinux, makeUki } from '@homerack/testbed'
import { agentBundlePath, type NetbootEvent } from '../../src/index.ts'
import { type ArmMachine, startArmMachine } from './arm-machine.ts'
import { type Host, openNetwork } from './network.ts'
import { startFlasher } from './network-flasher.ts'

export const board = { name: 'pi-1', serial: 'a1b2c3d4', mac: '52:54:00:c3:d4:01' } as const

export type ArmLabOptions = {
  readonly linux: FlashLinux
  /** First stage of the flash agent's Linux. */
  readonly initramfs: Buffer
  /** A raw image, framed in `cache` before. */
  readonly image: { readonly raw: string; readonly cache: string }
  readonly disk: { readonly path: string; readonly serial: string }
  /** What the operator armed the board for. */
  readonly planned: { readonly serial: string; readonly size: number }
}

export type ArmLab = AsyncDisposable & {
  readonly machine: ArmMachine
  readonly operator: Host
  /** What `flasher serve` has told so far. */
  readonly events: readonly NetbootEvent[]
}

const address = '192.168.77.250'
const origin = `http://${address}:8069`

/** A house: a router that leases addresses, `flasher serve`, and a board that is just switched on. */
export async function openArmLab(options: ArmLabOptions): Promise<ArmLab> {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-arm-'))
  const network = await openNetwork()
  const close = async () => {
    await network.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    startRouter(await network.host('router', { address: '192.168.77.1/24' }), folder)
    const operator = await network.host('operator', { address: `${address}/24` })
    const events = await startOperator(operator, folder, options)
    const machine = await startArmMachine({ network, ...board, disk: options.disk, folder })
    const keep = process.env.HOMERACK_LOGS
    return {
      machine,
      operator,
      events,
      [Symbol.asyncDispose]: async () => {
        if (keep) await copyFile(machine.log, join(keep, `qemu-${options.disk.serial}.log`))
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function startRouter(host: Host, folder: string): void {
  const child = host.start('dnsmasq', [
    ...['--no-daemon', '--conf-file=/dev/null', '--user=root', '--port=0'],
    ...['--interface=lan0', '--bind-interfaces', '--dhcp-authoritative', '--no-ping'],
    ...['--dhcp-range=192.168.77.100,192.168.77.150,10m', `--dhcp-leasefile=${join(folder, 'leases')}`],
  ])
  child.stderr?.resume()
}

async function startOperator(host: Host, folder: string, options: ArmLabOptions): Promise<NetbootEvent[]> {
  const { linux, initramfs, image, planned } = options
  const at = (name: string) => join(folder, name)
  await writeFile(at('initramfs'), initramfs)
  const [stub, kernel] = await Promise.all([readFile(linux.stub), readFile(linux.kernel)])
  await writeFile(
    at('agent.efi'),
    makeUki({ stub, kernel, initramfs, commandLine: await commandLine(linux) }),
  )
  const { events } = await startFlasher(host, [
    ...['serve', '--json', '--image', image.raw, '--cache', image.cache],
    ...['--kernel', linux.kernel, '--initramfs', at('initramfs'), '--runtime', linux.runtime],
    ...['--board', `${board.name}=${board.serial},${board.mac}`],
    ...['--flash', `${board.name}=${planned.serial},${planned.size}`],
    ...['--pxe-machine', `${board.name}=${board.mac}`, '--pxe-file', `uefi-arm64=${at('agent.efi')}`],
  ])
  return events
}

/** What a Raspberry Pi would read in cmdline.txt. UEFI has no such file, so it is part of the boot file. */
async function commandLine(linux: FlashLinux): Promise<string> {
  const runtime = createHash('sha256')
  for await (const part of createReadStream(linux.runtime)) runtime.update(part)
  const agent = hash('sha256', await readFile(agentBundlePath()))
  return [
    'console=ttyAMA0 panic=5',
    `homerack.runtime=${origin}/runtime.cpio homerack.runtime.sha256=${runtime.digest('hex')}`,
    `homerack.agent=${origin}/agent.mjs homerack.agent.sha256=${agent}`,
    `homerack.operator=${origin}`,
  ].join(' ')
}
