import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer, type PeerName } from '@homerack/testbed'
import { afterAll, afterEach, beforeAll, expect, type TestContext, test, vi } from 'vitest'
import { describeDhcp, type NetbootEvent, OPTION, parseDhcp, piDiscover } from '../../../src/index.ts'
import { type Host, type Network, noNetwork, openNetwork } from '../../support/network.ts'
import { captureAt, type SeenFrame } from '../../support/network-capture.ts'
import { cli, serveOptions, startFlasher } from '../../support/network-flasher.ts'

// A house: a router that leases (dnsmasq), the operator, a board that is on its list, and machines that are not.
const pi = { serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', revision: 'd04170' }
const stranger = { serial: 'deadbeef', mac: '2c:cf:67:00:00:99', revision: 'd04170' }
const operatorAddress = '10.99.0.250'
const lease = '10.99.0.51'

const missing = noNetwork()
let folder: string
let network: Network
let operator: Host
let router: Host
let board: Host
let foreign: Host
let laptop: Host
let options: string[]
beforeAll(async () => {
  if (missing) return
  folder = await mkdtemp(join(tmpdir(), 'homerack-dhcp-'))
  network = await openNetwork()
  operator = await network.host('operator', { address: `${operatorAddress}/24` })
  router = await network.host('router', { address: '10.99.0.1/24' })
  board = await network.host('board', { mac: pi.mac })
  foreign = await network.host('foreign', { mac: stranger.mac })
  laptop = await network.host('laptop')
  options = [...(await serveOptions(folder)), '--board', `pi-1=${pi.serial},${pi.mac},${lease}`]
  // What clients run with a lease: it writes down what they were told, and configures nothing.
  await writeFile(join(folder, 'note.sh'), '#!/bin/sh\nenv > "$NOTE-$1"\n')
  await chmod(join(folder, 'note.sh'), 0o755)
})
afterAll(async () => {
  if (missing) return
  await network.close()
  await rm(folder, { recursive: true })
})

function needs(ctx: TestContext, name: PeerName): string {
  const found = findPeer(name)
  if (missing || 'missing' in found) return ctx.skip(missing ?? ('missing' in found ? found.missing : ''))
  return found.path
}

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    const closed = once(child, 'close')
    if (child.kill('SIGTERM')) await closed
  }
})
async function serve(...more: string[]): Promise<NetbootEvent[]> {
  const { child, events } = await startFlasher(operator, [...options, ...more])
  running.push(child)
  return events
}

async function startRouter(dnsmasq: string): Promise<void> {
  const args = ['--no-daemon', '--conf-file=/dev/null', '--port=0', '--interface=lan0', '--bind-interfaces']
  // It would look for 3 s whether an address is free; clients here do not wait that long.
  const dhcp = ['--no-ping', '--dhcp-range=10.99.0.100,10.99.0.150', `--dhcp-leasefile=${folder}/leases`]
  const child = router.start(dnsmasq, [...args, ...dhcp])
  running.push(child)
  await once(child.stderr as NonNullable<typeof child.stderr>, 'data')
}

/** udhcpc for one lease, for a Pi with what its firmware says of itself. Gives what it was told. */
async function udhcpc(
  busybox: string,
  host: Host,
  as?: typeof pi,
  patience: readonly string[] = ['-t', '8', '-T', '2'],
): Promise<string | undefined> {
  const machine = as && Buffer.from(piDiscover(as, 1).options.get(OPTION.clientMachine) ?? [])
  const identity = machine && [
    ...['-V', 'PXEClient:Arch:00000:UNDI:002001', '-x', '93:0000', '-x', '94:010201'],
    ...['-x', `97:${machine.toString('hex')}`, '-O', '43', '-O', '66'],
  ]
  const note = join(folder, host.name)
  await rm(`${note}-bound`, { force: true })
  const args = ['udhcpc', '-f', '-n', '-q', '-i', 'lan0', '-s', join(folder, 'note.sh'), ...patience]
  await host.run('env', [`NOTE=${note}`, busybox, ...args, ...(identity ?? [])]).catch(() => {})
  return readFile(`${note}-bound`, 'utf8').catch(() => undefined)
}
const BRIEFLY = ['-t', '3', '-T', '1']

const dhcpOf = (frames: readonly SeenFrame[]) =>
  frames.flatMap(({ from, port, data }) => {
    const packet = port === 67 || port === 68 ? parseDhcp(data) : undefined
    return packet ? [{ from, packet, text: describeDhcp(packet) }] : []
  })
const fromOperator = (frames: readonly SeenFrame[]) => frames.filter(({ from }) => from === operatorAddress)

test('proxy: a board gets its lease from the router, and from us where to boot from', async (ctx) => {
  const [busybox, tcpdump] = [needs(ctx, 'busybox'), needs(ctx, 'tcpdump')]
  await startRouter(needs(ctx, 'dnsmasq'))
  const events = await serve()
  const capture = await captureAt(board, tcpdump, join(folder, 'board.pcap'))
  // udhcpc takes the first offer, also ours without an address, which firmware holds against the router's.
  let told: string | undefined
  for (let attempt = 0; attempt < 20 && !told; attempt++) told = await udhcpc(busybox, board, pi, BRIEFLY)
  expect(told).toMatch(/^ip=10\.99\.0\.1\d\d$/m)
  const frames = await capture.stop()
  const ours = dhcpOf(frames).filter(({ from }) => from === operatorAddress)
  expect(ours.length).toBeGreaterThan(0)
  for (const { packet, text } of ours) {
    expect(text).toMatch(/^OFFER .* siaddr 10\.99\.0\.250/)
    expect(packet.yiaddr).toBe('0.0.0.0')
    expect(Buffer.from(packet.options.get(43) ?? []).toString('latin1')).toContain('Raspberry Pi Boot')
  }
  const theirs = dhcpOf(frames).filter(({ from }) => from === '10.99.0.1')
  expect(theirs.map(({ text }) => text.split(' ')[0])).toEqual(expect.arrayContaining(['OFFER', 'ACK']))
  expect(events).toContainEqual({ type: 'dhcp', board: 'pi-1', mac: pi.mac })
})

test('proxy: nobody else hears from us, whichever client asks', async (ctx) => {
  const [busybox, dhclient, tcpdump] = [needs(ctx, 'busybox'), needs(ctx, 'dhclient'), needs(ctx, 'tcpdump')]
  await startRouter(needs(ctx, 'dnsmasq'))
  const events = await serve()
  const capture = await captureAt(operator, tcpdump, join(folder, 'operator.pcap'))
  expect(await udhcpc(busybox, foreign, stranger)).toMatch(/^ip=10\.99\.0\.1/m)
  expect(await udhcpc(busybox, laptop)).toMatch(/^ip=10\.99\.0\.1/m)
  expect(await leaseOf(dhclient, laptop, 'proxy')).toContain('dhcp-server-identifier 10.99.0.1;')
  // A board on the list, but its Linux: no longer the firmware that wants to boot.
  expect(await udhcpc(busybox, board)).toMatch(/^ip=10\.99\.0\.1/m)
  const frames = await capture.stop()
  expect(dhcpOf(frames).length).toBeGreaterThan(3)
  expect(fromOperator(frames)).toEqual([])
  const unknown = events.filter(({ type }) => type === 'unknown-board')
  expect(unknown).toMatchObject([{ via: 'dhcp', serial: 'deadbeef', mac: stranger.mac }])
})

/** The lease file of dhclient after one lease. */
async function leaseOf(dhclient: string, host: Host, name: string): Promise<string> {
  const file = (ending: string) => join(folder, `dhclient-${host.name}-${name}.${ending}`)
  await writeFile(file('conf'), 'timeout 15;\nretry 2;\ninitial-interval 1;\n')
  // Its script has nothing to do: the lease file is looked at.
  const files = ['-lf', file('lease'), '-pf', file('pid'), '-cf', file('conf'), '-sf', '/bin/true']
  const child = host.start(dhclient, ['-d', '-1', ...files, 'lan0'])
  const ended = once(child, 'close')
  const bound = vi.waitFor(
    async () => {
      const text = await readFile(file('lease'), 'utf8')
      expect(text).toContain('fixed-address')
      return text
    },
    { timeout: 30_000, interval: 100 },
  )
  try {
    return await Promise.race([bound, ended.then(() => readFile(file('lease'), 'utf8'))])
  } finally {
    bound.catch(() => {})
    child.kill('SIGKILL')
    await ended
  }
}

const leasing = ['--mode', 'dhcp', '--network', '10.99.0.0/24', '--router', '10.99.0.1', '--dns', '10.99.0.1']

test('leases: not where a router leases', async (ctx) => {
  await startRouter(needs(ctx, 'dnsmasq'))
  const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', cli]
  const args = [...node, ...options, '--listen', operatorAddress, ...leasing]
  const refused = operator.run(process.execPath, args).catch(({ code, stderr }) => ({ code, stderr }))
  expect(await refused).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^10\.99\.0\.1 {2}E_DHCP_SERVER_HERE/),
  })
})

test('leases: boards of the list get their address, from firmware and Linux; nobody else does', async (ctx) => {
  const [busybox, dhclient, tcpdump] = [needs(ctx, 'busybox'), needs(ctx, 'dhclient'), needs(ctx, 'tcpdump')]
  const events = await serve(...leasing)
  const capture = await captureAt(operator, tcpdump, join(folder, 'leases.pcap'))
  const told = await udhcpc(busybox, board, pi)
  expect(told).toMatch(new RegExp(`^ip=${lease}$`, 'm'))
  expect(told).toMatch(/^router=10\.99\.0\.1$/m)
  expect(told).toMatch(/^subnet=255\.255\.255\.0$/m)
  expect(told).toMatch(/^tftp=10\.99\.0\.250$/m)
  const linux = await leaseOf(dhclient, board, 'leases')
  expect(linux).toContain(`fixed-address ${lease};`)
  expect(linux).toContain('option dhcp-lease-time 3600;')
  expect(linux).toContain('option dhcp-server-identifier 10.99.0.250;')
  const met = (await capture.stop()).length
  expect(met).toBeGreaterThan(0)
  const strangers = await captureAt(operator, tcpdump, join(folder, 'strangers.pcap'))
  const others = [udhcpc(busybox, foreign, stranger, BRIEFLY), udhcpc(busybox, laptop, undefined, BRIEFLY)]
  expect(await Promise.all(others)).toEqual([undefined, undefined])
  const frames = await strangers.stop()
  expect(dhcpOf(frames).length).toBeGreaterThan(3)
  expect(fromOperator(frames)).toEqual([])
  expect(events).toContainEqual({ type: 'dhcp', board: 'pi-1', mac: pi.mac, leased: lease })

  // Now another machine takes the address.
  await laptop.run('ip', ['addr', 'add', `${lease}/24`, 'dev', 'lan0'])
  expect(await udhcpc(busybox, board, pi, BRIEFLY)).toBeUndefined()
  expect(events.flatMap((event) => (event.type === 'warning' ? [event.fault] : []))).toMatchObject([
    { code: 'W_ADDRESS_TAKEN', subject: 'pi-1', cause: expect.stringContaining(laptop.mac) },
  ])
})
