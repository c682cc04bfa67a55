import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  applyDeploy,
  type Cluster,
  formatDeployPlan,
  planDeploy,
  readManifests,
  waitReady,
} from '../../../src/index.ts'
import { configMap, deployment, manifestsOf } from '../../manifests-of.ts'
import { createVirtualCluster, rackAddress, type VirtualCluster } from '../../virtual-cluster.ts'
import { needPeer, runProgram } from './peer.ts'

const services = join(import.meta.dirname, '../../../../../examples/three-pi/services')
let virtual: VirtualCluster
let home: string
beforeAll(async () => {
  virtual = await createVirtualCluster()
  home = await mkdtemp(join(tmpdir(), 'kubectl-'))
  await writeFile(join(home, 'config'), virtual.kubeconfig.replace(rackAddress, '127.0.0.1'))
})
afterAll(async () => {
  await virtual.close()
  await rm(home, { recursive: true })
})

function kubectl(path: string, args: readonly string[], input = '') {
  const env = { KUBECONFIG: join(home, 'config'), HOME: home, KUBECTL_APPLYSET: 'true' }
  return runProgram(path, args, input, env)
}
async function deploy(cluster: Cluster, name: string, manifests: Awaited<ReturnType<typeof readManifests>>) {
  const plan = await planDeploy({ cluster, name, namespace: name, manifests })
  await applyDeploy({ cluster, plan })
  return plan
}

test.for(['local-path', 'notes'])(
  '%s as we applied it has no difference for kubectl diff',
  async (name, context) => {
    const path = needPeer(context, 'kubectl')
    const { cluster } = virtual
    const plan = await deploy(cluster, name, await readManifests(join(services, name)))
    await waitReady({ cluster, plan, timeoutMs: 30_000 })
    const diff = await kubectl(path, [
      'diff',
      '--server-side',
      '--force-conflicts',
      '-f',
      join(services, name),
    ])
    expect(diff).toEqual({ code: 0, stdout: '', stderr: '' })
  },
)

test('what kubectl applied on the server side differs for us by the label of the set only', async (context) => {
  const path = needPeer(context, 'kubectl')
  const { cluster } = virtual
  const applied = await kubectl(path, ['apply', '--server-side', '-f', join(services, 'status')])
  expect(applied).toMatchObject({ code: 0 })
  const manifests = await readManifests(join(services, 'status'))
  const plan = await planDeploy({ cluster, name: 'status', namespace: 'status', manifests })
  const fields = plan.changes.flatMap((change) => (change.kind === 'change' ? change.fields : []))
  expect(fields.length).toBeGreaterThan(0)
  for (const { path: field } of fields)
    expect(field).toMatch(/^metadata\.labels(\["applyset.kubernetes.io\/part-of"\])?$/)
  expect(plan.summary.conflict).toBe(0)
})

test('kubectl prunes the same set as we do', async (context) => {
  const path = needPeer(context, 'kubectl')
  const { cluster } = virtual
  await deploy(cluster, 'set', manifestsOf(configMap('a') + configMap('b') + deployment('web')))
  const args = ['apply', '--server-side', '-n', 'set', '--prune', '--applyset=applyset-set', '-f', '-']
  const refused = await kubectl(path, args, configMap('a'))
  expect(refused.stderr).toContain('managed by tooling "homerack"')
  const annotate = [
    'annotate',
    'secret',
    'applyset-set',
    '-n',
    'set',
    '--overwrite',
    'applyset.kubernetes.io/tooling=kubectl/v1.36.3',
  ]
  expect(await kubectl(path, annotate)).toMatchObject({ code: 0 })
  const pruned = await kubectl(path, args, configMap('a'))
  expect(pruned).toMatchObject({ code: 0 })
  expect(
    pruned.stdout
      .split('\n')
      .filter((line) => line.includes('pruned'))
      .toSorted(),
  ).toEqual(['configmap/b pruned', 'deployment.apps/web pruned'])
})

test('kubectl reads our plan of a new service from the cluster after it is applied', async (context) => {
  const path = needPeer(context, 'kubectl')
  const { cluster } = virtual
  const plan = await deploy(cluster, 'read', manifestsOf(deployment('web')))
  await waitReady({ cluster, plan, timeoutMs: 30_000 })
  const status = await kubectl(path, ['rollout', 'status', 'deployment/web', '-n', 'read'])
  expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('successfully rolled out') })
  expect(
    formatDeployPlan(
      await planDeploy({
        cluster,
        name: 'read',
        namespace: 'read',
        manifests: manifestsOf(deployment('web')),
      }),
    ),
  ).toBe('read: 2 unchanged')
})
