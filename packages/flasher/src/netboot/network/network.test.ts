import { expect, test } from 'vitest'
import { linkOf } from './on-link.ts'
import { portFault } from './port-fault.ts'
import { closeUdp, openUdp } from './udp-socket.ts'

const tftp = { service: 'TFTP', transport: 'udp', address: '192.168.10.250', port: 69 } as const
const failed = (code: string): unknown => Object.assign(new Error(code), { code })

test.each([
  [
    'EADDRINUSE',
    () => 'dnsmasq (pid 7)',
    { code: 'E_PORT_IN_USE', cause: 'dnsmasq (pid 7) already listens on 192.168.10.250' },
  ],
  [
    'EADDRINUSE',
    () => undefined,
    { code: 'E_PORT_IN_USE', hint: expect.stringContaining("ss -lpn 'sport = :69'") },
  ],
  [
    'EACCES',
    () => undefined,
    { code: 'E_PORT_PRIVILEGE', hint: expect.stringContaining('setcap cap_net_bind_service') },
  ],
  ['EADDRNOTAVAIL', () => undefined, { code: 'E_ADDRESS_NOT_HERE' }],
])('%s becomes a fault that names the port and the remedy', (code, owner, fault) => {
  expect(portFault(failed(code), tftp, owner)).toMatchObject({ subject: 'TFTP port 69/udp', ...fault })
})

test('other errors are not explained away', () => {
  expect(portFault(failed('EMFILE'), tftp)).toBeUndefined()
})

test('the process that holds a port is named', async ({ skip }) => {
  skip(process.platform !== 'linux', 'needs /proc')
  const socket = await openUdp('TFTP', '127.0.0.1', 0)
  const { port } = socket.address()
  try {
    await expect(openUdp('TFTP', '127.0.0.1', port)).rejects.toThrow(`(pid ${process.pid}) already listens`)
  } finally {
    await closeUdp(socket)
  }
})

test('an address of another machine is refused', async () => {
  await expect(openUdp('TFTP', '192.0.2.1', 0)).rejects.toThrow('E_ADDRESS_NOT_HERE')
})

test('only the listening interface counts as the link', () => {
  const inet = (address: string, netmask: string) =>
    ({ family: 'IPv4', address, netmask, mac: '', internal: false, cidr: null }) as const
  const interfaces = {
    lan: [inet('192.168.10.250', '255.255.255.0')],
    other: [inet('10.0.0.1', '255.0.0.0')],
  }
  const lan = linkOf('192.168.10.250', interfaces)
  expect([lan('192.168.10.7'), lan('192.168.11.7'), lan('10.0.0.2')]).toEqual([true, false, false])
  const any = linkOf('0.0.0.0', interfaces)
  expect([any('192.168.10.7'), any('10.9.9.9'), any('8.8.8.8')]).toEqual([true, true, false])
})
