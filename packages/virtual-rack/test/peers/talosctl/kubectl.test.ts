import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rackSpec } from '../../fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from '../../fixtures/running-rack.ts'
import { until } from '../../fixtures/until.ts'
import { type TalosctlHome, talosctlHome, talosctls } from '../support/talosctl.ts'

const kubectl = findPeer('kubectl')
const kubectlTitle = 'missing' in kubectl ? `kubectl (${kubectl.missing})` : `kubectl ${kubectl.version}`
const kubectlPath = 'missing' in kubectl ? undefined : kubectl.path
const talosctl = talosctls[1]!

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.test/web:1}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: default}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
`

const late = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: late}\n'

describe.skipIf(!kubectlPath || !talosctl.path)(`${kubectlTitle} and ${talosctl.title} on one rack`, () => {
  let rack: RunningRack
  let home: TalosctlHome
  const said = async (...args: string[]) => (await home.run(kubectlPath ?? '', ...args)).stdout
  const talos = (...args: string[]) => home.run(talosctl.path ?? '', ...args)

  beforeAll(async () => {
    rack = await startRunningRack(rackSpec(3))
    home = await talosctlHome(rack)
    const endpoint = `https://${home.at('192.168.10.50')}:6443`
    for (const [index, { name }] of rack.spec.boards.entries())
      await rack.configure({ name, address: `192.168.10.5${index + 1}`, endpoint })
    await until('the bootstrap', () => talos('bootstrap'))
    await until('a healthy cluster', () => talos('health', '--wait-timeout', '30s'))
    await talos('kubeconfig', join(home.folder, '.kube/config'))
    await writeFile(join(home.folder, 'web.yaml'), web)
    await writeFile(join(home.folder, 'late.yaml'), late)
  })
  afterAll(async () => {
    await rack?.stop()
    await home?.remove()
  })

  test('get: the nodes are ready, with the versions of Talos and kubelet', async () => {
    const { items } = JSON.parse(await said('get', 'nodes', '-o', 'json'))
    const seen = items.map((node: { metadata: { name: string }; status: { nodeInfo: object } }) => [
      node.metadata.name,
      node.status.nodeInfo,
    ])
    const nodeInfo = {
      osImage: 'Talos (v1.13.9)',
      kubeletVersion: 'v1.36.3',
      bootID: expect.stringMatching(/./),
    }
    expect(seen).toEqual(['pi-1', 'pi-2', 'pi-3'].map((name) => [name, expect.objectContaining(nodeInfo)]))
    await said('wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s')
  })

  test('apply --server-side and rollout status', async () => {
    await said('apply', '--server-side', '-f', 'web.yaml')
    expect(await said('rollout', 'status', 'deployment/web', '--timeout=60s')).toContain(
      'successfully rolled out',
    )
    const owners = '{.metadata.managedFields[?(@.operation=="Apply")].manager}'
    expect(await said('get', 'deployment', 'web', '--show-managed-fields', '-o', `jsonpath=${owners}`)).toBe(
      'kubectl',
    )
  })

  test('drain: a disruption budget blocks it, and lets it go when it allows one', async () => {
    const drain = (timeout: string) =>
      said(
        'drain',
        'pi-3',
        '--ignore-daemonsets',
        '--delete-emptydir-data',
        '--force',
        `--timeout=${timeout}`,
      )
    const onNode = () =>
      said('get', 'pods', '-l', 'app=web', '--field-selector', 'spec.nodeName=pi-3', '-o', 'name')
    expect(await onNode()).toMatch(/^pod\/web-/)
    await expect(drain('7s')).rejects.toThrow(/violate the pod's disruption budget[\s\S]*timeout/)
    expect(await onNode()).toMatch(/^pod\/web-/)
    await said('patch', 'pdb', 'web', '--type=merge', '-p', '{"spec":{"minAvailable":2}}')
    expect(await drain('60s')).toContain('node/pi-3 drained')
    expect(await onNode()).toBe('')
    expect(await said('get', 'node', 'pi-3')).toContain('SchedulingDisabled')
    await said('uncordon', 'pi-3')
    expect(await said('rollout', 'status', 'deployment/web', '--timeout=60s')).toContain(
      'successfully rolled out',
    )
  })

  test('a node that reboots is not ready, and then ready in another boot', async () => {
    const bootId = () => said('get', 'node', 'pi-3', '-o', 'jsonpath={.status.nodeInfo.bootID}')
    const before = await bootId()
    const gone = said('wait', 'node/pi-3', '--for=condition=Ready=Unknown', '--timeout=100s')
    await talos('-n', home.at('192.168.10.53'), 'reboot')
    expect(await gone).toContain('condition met')
    await said('wait', 'node/pi-3', '--for=condition=Ready', '--timeout=60s')
    expect(await bootId()).not.toBe(before)
    const read = await talos('-n', home.at('192.168.10.53'), 'read', '/proc/sys/kernel/random/boot_id')
    expect(read.stdout.trim()).toBe(await bootId())
  })

  test('a full etcd: nothing is written, what is there is read, until the alarm is disarmed', async () => {
    await rack.client.faults({ add: ['etcd-alarm:pi-2'] })
    expect((await talos('etcd', 'alarm', 'list')).stdout).toMatch(/[0-9a-f]{16}\s+NOSPACE/)
    const full = 'etcdserver: mvcc: database space exceeded'
    await expect(said('create', '-f', 'late.yaml')).rejects.toThrow(full)
    await expect(said('apply', '--server-side', '--force-conflicts', '-f', 'web.yaml')).rejects.toThrow(full)
    expect(await said('get', 'deployment', 'web', '-o', 'name')).toBe('deployment.apps/web\n')
    await talos('etcd', 'alarm', 'disarm')
    expect((await talos('etcd', 'alarm', 'list')).stdout).not.toContain('NOSPACE')
    expect(await said('create', '-f', 'late.yaml')).toContain('configmap/late created')
  })

  test('delete, and the pods go with their deployment', async () => {
    expect(await said('delete', 'deployment', 'web', '--timeout=60s')).toContain('deleted')
    await until('no pods', async () => (await said('get', 'pods', '-l', 'app=web', '-o', 'name')) === '')
    await expect(said('get', 'deployment', 'web')).rejects.toThrow('NotFound')
  })
})
