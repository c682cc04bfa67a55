import { setTimeout as sleep } from 'node:timers/promises'
import { fetchFile, inspectBootDisk, openReadable } from '@homerack/flasher'
import { impairment, isImpaired } from '../network/impairment.ts'
import { relayUdp } from '../network/relay-udp.ts'
import type { BoardRun } from './board.ts'
import type { BootMode } from './boot-order.ts'
import { acquireLease } from './dhcp-client.ts'
import type { Attempt } from './firmware.ts'
import { type FetchFile, loadOverNetwork } from './network-boot.ts'

/** Milliseconds at speed 1; a boot loop takes at least `loopMs` per turn at any speed. */
const takes = { mode: 100, loopMs: 200 }

/** One entry of the boot order, tried. */
export async function attemptBoot(run: BoardRun, mode: BootMode): Promise<Attempt> {
  await run.world.delay(takes.mode, run.signal)
  const attempt = await tryMode(run, mode)
  if ('failed' in attempt) run.console.write(`boot mode ${mode}: ${attempt.failed}`)
  return attempt
}

async function tryMode(run: BoardRun, mode: BootMode): Promise<Attempt> {
  if (mode === 'nvme') return bootNvme(run)
  if (mode === 'network') return bootNetwork(run)
  run.enter('firmware', `boot mode ${mode}`)
  return { failed: mode === 'sd' ? 'no card' : 'not in this rack' }
}

async function bootNvme({ spec, world, diskPath, enter }: BoardRun): Promise<Attempt> {
  enter('firmware', 'looks at the NVMe')
  if (world.faults.has('disk-gone', spec.name)) return { failed: 'no NVMe found' }
  await using disk = await openReadable(diskPath)
  const found = await inspectBootDisk(disk)
  if (!found.bootable) return { failed: found.reasons[0] ?? 'it does not boot' }
  if (!found.talos) return { failed: 'the NVMe boots something that this rack cannot play' }
  return { boot: { from: 'nvme', talos: found.talos } }
}

async function bootNetwork(run: BoardRun): Promise<Attempt> {
  const { spec, world, signal, enter } = run
  if (world.faults.has('nic-silent', spec.name)) return failSlowly(run, 'no link')
  enter('netbooting', 'asks for an address')
  const lease = await acquireLease(spec, world, signal)
  if (!lease) return failSlowly(run, 'DHCP: no answer')
  const { operator } = world.spec
  const server = world.spec.netboot === 'tftp-address' ? operator.address : lease.tftp
  if (!server) return failSlowly(run, 'DHCP: no boot server beside the router')
  enter('netbooting', `${lease.address} asks ${server} for boot files`)
  const loaded = await loadOverNetwork(tftp(run, { lease: lease.address, server }), spec.serial)
  if ('failed' in loaded) return failSlowly(run, `TFTP: ${loaded.failed}`)
  return { boot: { from: 'network', kernel: { ...loaded.kernel, address: lease.address } } }
}

/** Files as a Pi fetches them: the size first, then everything, one block at a time. */
function tftp(
  { spec, world, signal, console }: BoardRun,
  { lease, server }: { lease: string; server: string },
): FetchFile {
  const operator = { address: world.loopback(server), port: world.spec.operator.tftp }
  const from = world.loopback(lease)
  const toServer = impairment(world.faults, spec.name)
  const toClient = impairment(world.faults, spec.name)
  return async (name) => {
    const relay = isImpaired(world.faults, spec.name)
      ? await relayUdp({ server: operator, at: from, from, toServer, toClient })
      : undefined
    const fetched = await fetchFile({
      server: relay ?? operator,
      from,
      name,
      probe: true,
      signal,
    })
      .catch((error: unknown) => {
        signal.throwIfAborted()
        return { kind: 'error', message: (error as Error).message } as const
      })
      .finally(() => relay?.close())
    if (fetched.kind !== 'file') {
      console.write(`TFTP ${name}: ${fetched.kind === 'error' ? fetched.message : 'not sent'}`)
      return undefined
    }
    // Without a confirmed OACK the firmware drops what it got.
    return fetched.confirmed ? fetched.bytes : undefined
  }
}

async function failSlowly({ signal }: BoardRun, failed: string): Promise<Attempt> {
  await sleep(takes.loopMs, undefined, { signal })
  return { failed }
}
