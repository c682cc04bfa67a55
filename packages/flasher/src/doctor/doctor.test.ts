import { expect, test } from 'vitest'
import { buildDhcp, parseDhcp } from '../netboot/dhcp/dhcp-packet.ts'
import { hearDhcpServers } from '../netboot/dhcp/hear-dhcp-servers.ts'
import { bytesOfIpv4 } from '../netboot/network/ipv4.ts'
import { closeUdp, openUdp } from '../netboot/network/udp-socket.ts'
import { examineHost } from './examine-host.ts'

const address = '127.0.0.1'

/** Plays a network in which these servers offer these addresses. */
async function network(servers: readonly { server: string; offered: string }[]) {
  const socket = await openUdp('test', address, 0)
  socket.on('message', (datagram, from) => {
    const asked = parseDhcp(datagram)!
    for (const { server, offered } of servers) {
      const options = new Map([
        [53, Uint8Array.of(2)],
        [54, bytesOfIpv4(server)],
      ])
      socket.send(buildDhcp({ ...asked, op: 2, yiaddr: offered, options }), from.port, from.address)
    }
    socket.send(Buffer.from('noise'), from.port, from.address)
    socket.send(
      buildDhcp({ ...asked, op: 2, xid: (asked.xid ^ 1) >>> 0, options: new Map([[53, Uint8Array.of(2)]]) }),
      from.port,
    )
  })
  return { to: { address, port: socket.address().port }, close: () => closeUdp(socket) }
}

const router = { server: '192.168.10.1', offered: '192.168.10.77' }
const proxy = { server: '192.168.10.9', offered: '0.0.0.0' }

test('servers that answer are named, with what they do', async () => {
  const { to, close } = await network([router, proxy])
  const heard = await hearDhcpServers({ address, waitMs: 300, clientPort: 0, to })
  await close()
  expect(heard).toEqual([
    { address: '192.168.10.1', leases: true },
    { address: '192.168.10.9', leases: false },
  ])
})

test.each([
  ['the router alone is as it should be', [router], []],
  ['nobody', [], [/no server leases/]],
  ['two routers', [router, { ...router, server: '192.168.10.2' }], [/2 servers lease/]],
  ['another netboot server', [router, proxy], [/192.168.10.9 also answers/]],
])('DHCP: %s', async (_, servers, expected) => {
  const { to, close } = await network(servers)
  const ports = { tftp: 0, dhcp: 0, http: 0 }
  const checks = await examineHost({ address, ports, waitMs: 300, dhcp: { clientPort: 0, to } })
  await close()
  const causes = checks.find(({ what }) => what === 'DHCP servers')?.faults.map(({ cause }) => cause)
  expect(causes).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})

test('a port in use is named with its fault, the others are still looked at', async () => {
  const holder = await openUdp('test', address, 0)
  const ports = { tftp: holder.address().port, dhcp: 0, http: 0 }
  const checks = await examineHost({ address, ports, waitMs: 0, dhcp: { clientPort: 0 } })
  await closeUdp(holder)
  expect(
    checks.map(({ faults }) => faults.map(({ code }) => code).filter((code) => code.startsWith('E_'))),
  ).toEqual([[], ['E_PORT_IN_USE'], [], [], [], []])
})

test('a machine without a network is told so', async () => {
  const ports = { tftp: 0, dhcp: 0, http: 0 }
  const [addresses] = await examineHost({ ports, waitMs: 0, interfaces: {} })
  expect(addresses?.faults).toMatchObject([{ code: 'E_ADDRESS_NOT_HERE' }])
})
