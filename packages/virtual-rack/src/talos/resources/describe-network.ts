import { parseCidr } from '../../rack/ipv4.ts'
import type { TalosNode } from '../talos-node.ts'
import type { ResourceEntry } from './resource-store.ts'

/** Link, addresses and names of a node, as a Pi 5 with one cable shows them. */
export function describeNetwork(node: TalosNode): ResourceEntry[] {
  const { address, config, hostname } = node.state()
  const network = { namespace: 'network' }
  const link = config?.link ?? 'end0'
  const silent = node.world.faults.has('nic-silent', node.board.name)
  const { prefix } = parseCidr(node.world.spec.network.cidr)
  const vip = node.world.kubernetes.vipOf(node.board.name)
  return [
    { ...network, type: 'LinkStatuses.net.talos.dev', id: 'lo', spec: loopback },
    {
      ...network,
      type: 'LinkStatuses.net.talos.dev',
      id: link,
      spec: {
        index: 2,
        type: 'ether',
        linkIndex: 0,
        flags: silent ? 'UP,BROADCAST,MULTICAST' : 'UP,BROADCAST,RUNNING,MULTICAST,LOWER_UP',
        hardwareAddr: node.board.mac,
        permanentAddr: node.board.mac,
        broadcastAddr: 'ff:ff:ff:ff:ff:ff',
        mtu: 1500,
        queueDisc: 'mq',
        operationalState: silent ? 'down' : 'up',
        kind: '',
        slaveKind: '',
        busPath: '1f00100000.ethernet',
        driver: 'macb',
        linkState: !silent,
        speedMbit: 1000,
        port: 'TwistedPair',
        duplex: 'Full',
      },
    },
    ...[
      { value: `127.0.0.1/8`, on: 'lo' },
      { value: `${address}/${prefix}`, on: link },
      ...(vip ? [{ value: `${vip}/32`, on: link }] : []),
    ].map(({ value, on }) => ({
      ...network,
      type: 'AddressStatuses.net.talos.dev',
      id: `${on}/${value}`,
      spec: {
        address: value,
        local: value.split('/')[0],
        linkIndex: on === 'lo' ? 1 : 2,
        linkName: on,
        family: 'inet4',
        scope: on === 'lo' ? 'host' : 'global',
        flags: 'permanent',
        priority: 0,
      },
    })),
    {
      ...network,
      type: 'NodeAddresses.net.talos.dev',
      id: 'default',
      spec: { addresses: [`${address}/${prefix}`], sortAlgorithm: 'v1' },
    },
    {
      ...network,
      type: 'HostnameStatuses.net.talos.dev',
      id: 'hostname',
      spec: { hostname, domainname: '' },
    },
    {
      ...network,
      type: 'NetworkStatuses.net.talos.dev',
      id: 'status',
      spec: { addressReady: true, connectivityReady: !silent, hostnameReady: true, etcFilesReady: true },
    },
  ]
}

const loopback = {
  index: 1,
  type: 'loopback',
  linkIndex: 0,
  flags: 'UP,LOOPBACK,RUNNING,LOWER_UP',
  hardwareAddr: '00:00:00:00:00:00',
  permanentAddr: '',
  broadcastAddr: '00:00:00:00:00:00',
  mtu: 65536,
  queueDisc: 'noqueue',
  operationalState: 'unknown',
  kind: '',
  slaveKind: '',
  linkState: true,
  port: 'Other',
  duplex: 'Unknown',
}
