import { FaultError } from '@homerack/errors'
import { expect, test } from 'vitest'
import type { EtcdMember } from '../calls/etcd-calls.ts'
import { type BootstrapEvent, type BootstrapOptions, bootstrapOnce } from './bootstrap-once.ts'
import type { ControlPlane } from './observe-etcd.ts'

const failing = (code: `E_${string}`) => new FaultError({ code, subject: 'pi', cause: code.toLowerCase() })

/** A control plane as simple as it gets; `bootstraps` lists what its Bootstrap call throws, call by call. */
function fake(name: string, state: string, bootstraps: (`E_${string}` | 'ok')[] = []) {
  const node = { state, members: [] as EtcdMember[], calls: 0 }
  const client: ControlPlane['client'] = {
    etcdMembers: async () => {
      if (node.members.length === 0) throw failing('E_TALOS_DEADLINE')
      return node.members
    },
    services: async () => {
      if (node.state === 'off') throw failing('E_TALOS_UNREACHABLE')
      return [{ id: 'etcd', state: node.state, healthy: undefined, lastMessage: '', events: [] }]
    },
    bootstrap: async () => {
      const outcome = bootstraps[node.calls++] ?? 'ok'
      if (outcome !== 'ok') throw failing(outcome)
      node.members = [{ id: '1', hostname: name, peerUrls: [], clientUrls: [], isLearner: false }]
    },
  }
  return { name, client, node }
}

async function run(
  controlPlanes: BootstrapOptions['controlPlanes'],
  options: Partial<BootstrapOptions> = {},
) {
  const events: BootstrapEvent[] = []
  for await (const event of bootstrapOnce({ controlPlanes, pauseMs: 1, ...options })) events.push(event)
  return events.map((event) =>
    'node' in event ? `${event.type} ${event.node}` : `${event.type} ${event.reason}`,
  )
}

test('bootstraps the first of the empty ones, once', async () => {
  const nodes = [fake('a', 'Preparing'), fake('b', 'Preparing')]
  expect(await run(nodes)).toEqual(['bootstrapping a', 'done a'])
  expect(await run(nodes)).toEqual(['done undefined'])
  expect(nodes.map(({ node }) => node.calls)).toEqual([1, 0])
})

test('tries again while the node is not ready, its clock is wrong, or it goes away', async () => {
  const node = fake('a', 'Preparing', [
    'E_TALOS_NOT_READY',
    'E_TALOS_TIME_NOT_IN_SYNC',
    'E_TALOS_UNAVAILABLE',
  ])
  const said = await run([node])
  expect(said.filter((each) => each.startsWith('waiting'))).toEqual([
    'waiting a: e_talos_not_ready',
    'waiting a: e_talos_time_not_in_sync',
    'waiting a: e_talos_unavailable',
  ])
  expect(said.at(-1)).toBe('done a')
})

test('etcd data on the node counts as done; any other refusal is told', async () => {
  expect((await run([fake('a', 'Preparing', ['E_TALOS_ALREADY_BOOTSTRAPPED'])])).at(-1)).toBe('done a')
  await expect(run([fake('a', 'Preparing', ['E_TALOS_DENIED'])])).rejects.toThrow('E_TALOS_DENIED')
})

test.for(['off', 'Running', 'Waiting', 'Failed'])(
  'a control plane whose etcd is %s is waited for, never passed over',
  async (state) => {
    const nodes = [fake('a', 'Preparing'), fake('b', state)]
    await expect(run(nodes, { timeoutMs: 20 })).rejects.toThrow(/E_BOOTSTRAP_TIMEOUT.*b: /)
    expect(nodes.map(({ node }) => node.calls)).toEqual([0, 0])
  },
)

test('an aborted wait throws the reason', async () => {
  const signal = AbortSignal.timeout(20)
  await expect(run([fake('a', 'off')], { signal })).rejects.toThrow(/timeout|abort/i)
})
