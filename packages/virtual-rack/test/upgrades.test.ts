import { ConnectError } from '@connectrpc/connect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { whyNotInstallable } from '../src/talos/upgrade-node.ts'
import { askKubernetes, isReady, type KubernetesNode, kubeconfigOf } from './fixtures/kubernetes.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

const installer = (version: string) => `factory.talos.dev/metal-installer/376567:${version}`

test.each([
  ['v1.13.9', 'v1.14.1', true],
  ['v1.12.0', 'v1.14.1', true],
  ['v1.11.6', 'v1.14.1', false],
  ['v1.14.1', 'v1.13.9', true],
  ['v1.15.0', 'v1.13.9', false],
])('the installer goes from %s to %s: %s', (host, target, goes) => {
  expect(whyNotInstallable(host, target) === undefined).toBe(goes)
})

describe('a cluster', () => {
  let rack: RunningRack
  let host: string
  const nodes = ['pi-1', 'pi-2', 'pi-3'].map((name, index) => ({ name, address: `192.168.10.5${index + 1}` }))
  const runs = async (address: string) =>
    (await rack.admin(address).machine.version({})).messages[0]?.version?.tag
  const runsAfterBoot = (address: string, version: string) =>
    until(`${address} with ${version}`, async () => (await runs(address)) === version && 'it')
  const bootId = async (address: string) => {
    const parts: Uint8Array[] = []
    const path = '/proc/sys/kernel/random/boot_id'
    for await (const { bytes } of rack.admin(address).machine.read({ path })) parts.push(bytes)
    return Buffer.concat(parts).toString()
  }
  const ask = async (method: string, path: string, body?: unknown) =>
    askKubernetes({ ...(await kubeconfigOf(rack.admin('192.168.10.51'))), host, method, path }, body)
  const nodeOf = async (name: string) =>
    (await ask('GET', `/api/v1/nodes/${name}`)) as KubernetesNode & {
      metadata: { annotations?: Record<string, string> }
      spec: { unschedulable?: boolean }
      status: { nodeInfo: { osImage: string; kubeletVersion: string } }
    }
  const allRun = async () => {
    for (const { name } of nodes) {
      await until(`${name} ready`, async () =>
        / running$/.test((await rack.board(name)).detail) ? name : undefined,
      )
    }
  }

  beforeAll(async () => {
    rack = await startRunningRack(rackSpec(3))
    host = resolveThrough(await rack.client.status())('192.168.10.51')
    for (const node of nodes) await rack.configure(node)
    await until('the bootstrap', () => rack.admin('192.168.10.51').machine.bootstrap({}))
    await allRun()
  })

  afterAll(() => rack?.stop())

  const second = '192.168.10.52'
  const upgrade = (image: string, change: { stage?: boolean; force?: boolean } = {}) =>
    rack.admin(second).machine.upgrade({ image, ...change })

  test('the node says which Talos and which kubelet it runs', async () => {
    const { nodeInfo } = (await nodeOf('pi-2')).status
    expect(nodeInfo).toMatchObject({ osImage: 'Talos (v1.13.9)', kubeletVersion: 'v1.36.3' })
  })

  test('the old call asks etcd first: a member that does not run holds it up', async () => {
    await rack.client.power('pi-3', false)
    const refused = await until('the refusal', async () => {
      try {
        await rack.admin(second).machine.etcdMemberList({})
      } catch {
        return undefined
      }
      return upgrade(installer('v1.13.10')).then(
        () => undefined,
        (error: unknown) => ConnectError.from(error),
      )
    })
    expect(refused.rawMessage).toMatch(/etcd member \w+ is not healthy; all members must be healthy/)
    await rack.client.power('pi-3', true)
    await allRun()
    expect(await runs(second)).toBe('v1.13.9')
  })

  test('the old call drains as budgets allow, installs, reboots and opens the node again', async () => {
    const labels = { app: 'web' }
    await ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
      },
    })
    await ask('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: 2, selector: { matchLabels: labels } },
    })
    await until('three pods', async () => {
      const { status } = (await ask('GET', '/apis/apps/v1/namespaces/default/deployments/web')) as {
        status: { readyReplicas?: number }
      }
      return status.readyReplicas === 3 && status
    })
    const before = await bootId(second)
    const { messages } = await upgrade(installer('v1.13.10'))
    expect(messages[0]).toMatchObject({ ack: 'Upgrade request received' })
    await runsAfterBoot(second, 'v1.13.10')
    expect(await bootId(second)).not.toBe(before)
    const after = await until('the node, open and ready', async () => {
      const node = await nodeOf('pi-2')
      return isReady(node) && !node.spec.unschedulable && node
    })
    expect(after.status.nodeInfo.osImage).toBe('Talos (v1.13.10)')
    expect(after.metadata.annotations ?? {}).not.toHaveProperty(['talos.dev/cordoned'])
    const { items } = (await ask('GET', '/api/v1/namespaces/default/pods')) as {
      items: { spec: { nodeName: string }; metadata: { deletionTimestamp?: string } }[]
    }
    expect(items.filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(3)
    await allRun()
  })

  test('a rollback swaps the versions, and another one swaps them back', async () => {
    await rack.admin(second).machine.rollback({})
    await runsAfterBoot(second, 'v1.13.9')
    await allRun()
    await rack.admin(second).machine.rollback({})
    await runsAfterBoot(second, 'v1.13.10')
    await allRun()
  })

  test('a staged upgrade is installed at the next boot', async () => {
    await upgrade(installer('v1.14.1'), { stage: true })
    await runsAfterBoot(second, 'v1.14.1')
    await allRun()
  })

  test('upgrade-fails-to-boot: the node goes back on its own, and stays there', async () => {
    await rack.client.faults({ add: ['upgrade-fails-to-boot:pi-2'] })
    const before = await bootId(second)
    await upgrade(installer('v1.14.2'))
    await until('another boot', async () => (await bootId(second)) !== before)
    await runsAfterBoot(second, 'v1.14.1')
    await allRun()
    await rack.admin(second).machine.reboot({})
    await until('the old version after one more boot', async () => {
      const { detail } = await rack.board('pi-2')
      return detail === 'Talos v1.14.1 running'
    })
    await rack.client.faults({ remove: ['upgrade-fails-to-boot:pi-2'] })
  })

  test.each([
    ['without the image', 'v1.14.3', false, /was not pulled/],
    ['over too many versions', 'v1.20.0', true, /host version v1\.14\.1 is too old/],
  ])(
    'LifecycleService.Upgrade %s exits with 1, and nothing changes',
    async (_, version, pulled, expected) => {
      const { image, lifecycle } = rack.admin(second)
      if (pulled) for await (const _each of image.pull({ imageRef: installer(version) }));
      const said: unknown[] = []
      for await (const { progress } of lifecycle.upgrade({ source: { imageName: installer(version) } }))
        said.push(progress?.response.value)
      expect(said.at(-1)).toBe(1)
      expect(said.join()).toMatch(expected)
      expect(await runs(second)).toBe('v1.14.1')
    },
  )

  test('two members are one too few for the old call, and the new one does not ask', async () => {
    await allRun()
    await rack.client.power('pi-3', false)
    const { machine, image, lifecycle } = rack.admin(second)
    const dead = await until('the member that is gone', async () =>
      (await machine.etcdMemberList({})).messages[0]?.members.find(({ hostname }) => hostname === 'pi-3'),
    )
    await machine.etcdRemoveMemberByID({ memberId: dead.id })
    const error = await upgrade(installer('v1.14.2')).catch(ConnectError.from)
    expect(error).toMatchObject({
      rawMessage: expect.stringContaining('etcd member count(2) is insufficient'),
    })
    for await (const _each of image.pull({ imageRef: installer('v1.14.2') }));
    const codes: unknown[] = []
    for await (const { progress } of lifecycle.upgrade({ source: { imageName: installer('v1.14.2') } }))
      if (progress?.response.case === 'exitCode') codes.push(progress.response.value)
    expect(codes).toEqual([0])
    expect(await runs(second)).toBe('v1.14.1')
    await machine.reboot({})
    await runsAfterBoot(second, 'v1.14.2')
  })
})
