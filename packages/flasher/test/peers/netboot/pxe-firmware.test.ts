import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NetbootEvent } from '../../../src/index.ts'
import { efiProgram } from '../../support/efi-program.ts'
import { type Network, noNetwork, openNetwork } from '../../support/network.ts'
import { serveOptions, startFlasher } from '../../support/network-flasher.ts'

// Real PXE firmware in emulated machines: the router gives the lease, `flasher serve` beside it says what to boot.
const operatorAddress = '10.99.0.250'
const edk2 = '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd'
const ipxe = '/usr/lib/ipxe/qemu/pxe-virtio.rom'
const macs = { pc: '52:54:00:00:00:86', server: '52:54:00:00:00:64' }

const dnsmasq = findPeer('dnsmasq')
const missing = noNetwork() ?? ('missing' in dnsmasq ? dnsmasq.missing : undefined)
let folder: string
let network: Network
let events: NetbootEvent[]
beforeAll(async () => {
  if (missing || 'missing' in dnsmasq) return
  folder = await mkdtemp(join(tmpdir(), 'homerack-pxe-firmware-'))
  network = await openNetwork()
  const operator = await network.host('operator', { address: `${operatorAddress}/24` })
  const router = await network.host('router', { address: '10.99.0.1/24' })
  const range = ['--dhcp-range=10.99.0.100,10.99.0.150', `--dhcp-leasefile=${folder}/leases`]
  const alone = ['--no-daemon', '--conf-file=/dev/null', '--port=0', '--interface=lan0', '--bind-interfaces']
  router.start(dnsmasq.path, [...alone, ...range, '--no-ping'])
  const at = (name: string) => join(folder, name)
  const agent = `http://${operatorAddress}:8069/agent.mjs`
  const script = [
    '#!ipxe',
    `echo iPXE runs our script at \${net0/ip}`,
    `imgfetch ${agent} && echo and has the agent`,
  ]
  await writeFile(at('boot.ipxe'), `${script.join('\n')}\nsleep 300\n`)
  await writeFile(at('arm64.efi'), efiProgram('EDK2 runs our program'))
  const machines = ['--pxe-machine', `pc=${macs.pc}`, '--pxe-machine', `server=${macs.server}`]
  const files = ['--pxe-file', `ipxe=${at('boot.ipxe')}`, '--pxe-file', `uefi-arm64=${at('arm64.efi')}`]
  const boards = ['--board', 'pi-1=a1b2c3d4,2c:cf:67:00:00:01', '--capture', at('seen.pcap')]
  const options = [...(await serveOptions(folder)), ...boards, ...machines, ...files]
  events = (await startFlasher(operator, options)).events
})
afterAll(async () => {
  if (missing) return
  await network.close()
  await rm(folder, { recursive: true })
})

/** Starts a machine that boots from the network, and waits until its console says `expected`. */
async function boot(qemu: string, name: string, mac: string, args: readonly string[], expected: RegExp) {
  const { ifname, start } = await network.tap(name)
  const netdev = ['-netdev', `tap,id=n0,ifname=${ifname},script=no,downscript=no`]
  const console = ['-nographic', '-nodefaults', '-serial', 'stdio', '-monitor', 'none', '-no-reboot']
  const child = start(qemu, [
    ...args,
    ...console,
    ...netdev,
    '-device',
    `virtio-net-pci,netdev=n0,mac=${mac}`,
  ])
  let said = ''
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      if (expected.test(said)) resolve()
    })
  child.once('close', () => resolve())
  const late = setTimeout(resolve, 240_000)
  await promise
  clearTimeout(late)
  child.kill('SIGKILL')
  return said
}

test.concurrent('iPXE on a PC, from an x86 option ROM, runs our script and fetches from us', async ({
  skip,
  expect,
}) => {
  const qemu = findPeer('qemu-x86')
  if (missing || 'missing' in qemu) return skip(missing ?? ('missing' in qemu ? qemu.missing : ''))
  if (!existsSync(ipxe)) return skip(`${ipxe} is not on this machine: apt-get install ipxe-qemu`)
  const said = await boot(
    qemu.path,
    'pc',
    macs.pc,
    ['-M', 'q35', '-m', '256'],
    /and has the agent|Could not boot/,
  )
  expect(said).toMatch(/iPXE runs our script at 10\.99\.0\.1\d\d/)
  expect(said).toContain('and has the agent')
  expect(events).toContainEqual({ type: 'dhcp', board: 'pc', mac: macs.pc })
})

test.concurrent('UEFI on an arm64 server, from EDK2, runs our program', async ({ skip, expect }) => {
  const qemu = findPeer('qemu-arm64')
  if (missing || 'missing' in qemu) return skip(missing ?? ('missing' in qemu ? qemu.missing : ''))
  if (!existsSync(edk2)) return skip(`${edk2} is not on this machine: apt-get install qemu-efi-aarch64`)
  const machine = ['-M', 'virt', '-cpu', 'cortex-a72', '-m', '512', '-bios', edk2]
  const said = await boot(qemu.path, 'server', macs.server, machine, /EDK2 runs our program|Shell>/)
  expect(said).toContain('Start PXE over IPv4')
  expect(said).toContain('EDK2 runs our program')
  expect(events).toContainEqual({ type: 'dhcp', board: 'server', mac: macs.server })
})

test('the capture holds what they asked for, and tcpdump reads it', ({ skip }) => {
  const [tcpdump, ...qemus] = (['tcpdump', 'qemu-x86', 'qemu-arm64'] as const).map(findPeer)
  const lacking = [tcpdump, ...qemus].find((found) => found && 'missing' in found)
  if (missing || !tcpdump || 'missing' in tcpdump || lacking)
    return skip(missing ?? (lacking && 'missing' in lacking ? lacking.missing : ''))
  const text = execFileSync(tcpdump.path, ['-n', '-r', join(folder, 'seen.pcap')], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
  expect(text).toMatch(/10\.99\.0\.1\d\d\.\d+ > 10\.99\.0\.250\.69:.*RRQ "boot\.ipxe" octet/)
  expect(text).toMatch(/10\.99\.0\.1\d\d\.\d+ > 10\.99\.0\.250\.69:.*RRQ "arm64\.efi" octet/)
  // UEFI asks the boot server once more for what the offer said.
  expect(text).toMatch(/10\.99\.0\.1\d\d\.4011 > 10\.99\.0\.250\.4011:/)
  expect(text).toMatch(/10\.99\.0\.250\.67 > .*BOOTP\/DHCP, Reply/)
})
