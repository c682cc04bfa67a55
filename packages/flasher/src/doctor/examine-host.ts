import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import { type HearOptions, hearDhcpServers } from '../netboot/dhcp/hear-dhcp-servers.ts'
import { portFault } from '../netboot/network/port-fault.ts'
import { closeUdp, openUdp } from '../netboot/network/udp-socket.ts'

/** Something that was looked at: what was found, and what is wrong with it, if anything. */
export type Check = { readonly what: string; readonly found: string; readonly faults: readonly Fault[] }

export type ExamineOptions = {
  /** The interface's address. Without it, addresses are listed and the rest is tried on all of them. */
  readonly address?: string
  readonly ports: { readonly tftp: number; readonly dhcp: number; readonly http: number }
  /** Milliseconds to listen for other DHCP servers. */
  readonly waitMs: number
  /** Where DHCP servers are asked; for tests. */
  readonly dhcp?: Pick<HearOptions, 'clientPort' | 'to'>
  readonly interfaces?: ReturnType<typeof networkInterfaces>
}

/** Whether this machine can serve netboot. Opens each port for a moment; changes nothing. */
export async function examineHost(options: ExamineOptions): Promise<Check[]> {
  const { ports, interfaces = networkInterfaces() } = options
  const usable = usableAddresses(interfaces)
  const address = options.address ?? usable[0]?.address
  return [
    addressCheck(options.address, usable),
    await portCheck('TFTP', () => tryUdp('TFTP', address ?? '0.0.0.0', ports.tftp), `${ports.tftp}/udp`),
    await portCheck('DHCP', () => tryUdp('DHCP', '0.0.0.0', ports.dhcp), `${ports.dhcp}/udp`),
    await portCheck('HTTP', () => tryTcp(address ?? '0.0.0.0', ports.http), `${ports.http}/tcp`),
    ...(address === undefined ? [] : [await dhcpCheck({ ...options.dhcp, address, waitMs: options.waitMs })]),
    await spanningTreeCheck(),
  ]
}

type Usable = { readonly name: string; readonly address: string }

function usableAddresses(interfaces: ReturnType<typeof networkInterfaces>): Usable[] {
  return Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => ({ name, address })),
  )
}

function addressCheck(wanted: string | undefined, usable: readonly Usable[]): Check {
  const found = usable.map(({ name, address }) => `${address} (${name})`).join(', ') || 'none but loopback'
  const fault = (cause: string, hint: string): Fault => ({
    code: 'E_ADDRESS_NOT_HERE',
    subject: 'addresses',
    cause,
    hint,
  })
  const isHere = wanted?.startsWith('127.') || usable.some(({ address }) => address === wanted)
  const faults =
    wanted === undefined
      ? usable.length > 0
        ? []
        : [fault('this machine has no IPv4 address on a network', 'Boards boot over IPv4, on a cable.')]
      : isHere
        ? []
        : [
            fault(
              `${wanted} is not an address of this machine`,
              'Name the interface that the boards are connected to.',
            ),
          ]
  return { what: 'addresses', found, faults }
}

async function portCheck(service: string, attempt: () => Promise<void>, port: string): Promise<Check> {
  try {
    await attempt()
    return { what: `${service} port ${port}`, found: 'can be opened', faults: [] }
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    return { what: `${service} port ${port}`, found: 'cannot be opened', faults }
  }
}

async function tryUdp(service: string, address: string, port: number): Promise<void> {
  await closeUdp(await openUdp(service, address, port))
}

async function tryTcp(address: string, port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, address)
    await once(server, 'listening')
  } catch (error) {
    const fault = portFault(error, { service: 'HTTP', transport: 'tcp', address, port })
    throw fault ? new FaultError(fault, { cause: error }) : error
  }
  server.close()
  await once(server, 'close')
}

async function dhcpCheck(options: HearOptions): Promise<Check> {
  const what = 'DHCP servers'
  try {
    const heard = await hearDhcpServers(options)
    const found = heard.map(
      ({ address, leases }) => `${address} ${leases ? 'leases' : 'answers netboot only'}`,
    )
    const faults = dhcpFaults(heard)
    return { what, found: found.join(', ') || 'none answered', faults }
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    const fault: Fault = {
      code: 'W_DHCP_UNHEARD',
      subject: what,
      cause: `not asked: ${faults.map(({ cause }) => cause).join('; ')}`,
      hint: faults[0]?.hint,
    }
    return { what, found: 'unknown', faults: [fault] }
  }
}

function dhcpFaults(heard: readonly { address: string; leases: boolean }[]): Fault[] {
  const leasing = heard.filter(({ leases }) => leases)
  const proxies = heard.filter(({ leases }) => !leases)
  const fault = (cause: string, hint: string): Fault => ({
    code: 'W_DHCP_SERVERS',
    subject: 'DHCP servers',
    cause,
    hint,
  })
  return [
    ...(leasing.length === 0
      ? [fault('no server leases addresses', 'Boards need the router’s DHCP: homerack leases none.')]
      : []),
    ...(leasing.length > 1
      ? [
          fault(
            `${leasing.length} servers lease addresses`,
            'Two DHCP servers in one network give out addresses twice. Switch one off.',
          ),
        ]
      : []),
    ...(proxies.length > 0
      ? [
          fault(
            `${proxies.map(({ address }) => address).join(', ')} also answers netboot`,
            'Boards may take its answer. Switch it off meanwhile.',
          ),
        ]
      : []),
  ]
}

/** A switch's spanning tree cannot be seen from here; that of a bridge on this machine can. */
async function spanningTreeCheck(): Promise<Check> {
  const names = await readdir('/sys/class/net').catch(() => [])
  const states = await Promise.all(
    names.map(async (name) => ({
      name,
      on: (await readFile(`/sys/class/net/${name}/bridge/stp_state`, 'utf8').catch(() => '0')).trim() !== '0',
    })),
  )
  const bridges = states.filter(({ on }) => on).map(({ name }) => name)
  const hint =
    'A board waits for its port: 1:45 was measured instead of seconds. Set the ports of boards to edge or portfast.'
  const fault: Fault = {
    code: 'W_SPANNING_TREE',
    subject: bridges.join(', '),
    cause: 'this bridge runs spanning tree',
    hint,
  }
  const found =
    bridges.length > 0 ? 'on' : 'off on this machine; if boards are slow to ask, look at the switch: portfast'
  return { what: 'spanning tree', found, faults: bridges.length > 0 ? [fault] : [] }
}
