import { parseRackSpec } from '@homerack/virtual-rack'
import { expect, test } from 'vitest'
import { hostsIn } from '../src/observe/hosts-in.ts'
import { rehearsalSpec } from '../src/rehearse/rehearsal-spec.ts'
import { exampleRack } from './sample.ts'

test('the rack that plays the example leases nothing that the file gives away', async () => {
  const rack = await exampleRack()
  const spec = parseRackSpec(rehearsalSpec(rack, { speed: 0, faults: [], guest: false }))
  const hosts = hostsIn(rack.network.cidr)
  const leased = hosts.slice(
    hosts.indexOf(spec.network.leases.from),
    hosts.indexOf(spec.network.leases.to) + 1,
  )
  const taken = [...rack.nodes, ...rack.hosts, ...rack.appliances].map(({ address }) => address)
  expect(leased.length).toBeGreaterThanOrEqual(rack.nodes.length)
  for (const address of [...taken, rack.cluster.endpoint, rack.network.gateway, spec.operator.address]) {
    expect(leased).not.toContain(address)
  }
})

test.each([
  ['192.168.10.0/30', ['192.168.10.1', '192.168.10.2']],
  ['192.168.10.77/30', ['192.168.10.77', '192.168.10.78']],
  ['10.0.0.0/8', []],
])('hosts in %s', (cidr, hosts) => {
  expect(hostsIn(cidr)).toEqual(hosts)
})
