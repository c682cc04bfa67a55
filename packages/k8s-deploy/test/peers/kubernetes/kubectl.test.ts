import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathOf, waitReady } from '../../../src/index.ts'
import { createDeployer } from '../../deployer.ts'
import { kinds } from '../../kind-scenarios.ts'
import { deployment } from '../../manifests-of.ts'
import { createVirtualCluster, rackAddress, type VirtualCluster } from '../../virtual-cluster.ts'
import { kubectlScenarios } from './kubectl-scenarios.ts'
import { needPeer, runProgram } from './peer.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missing, startPeers } from './start-peers.ts'

describe('the Kubernetes of a rehearsal', () => {
  let virtual: VirtualCluster
  beforeAll(async () => {
    virtual = await createVirtualCluster()
  })
  afterAll(() => virtual.close())
  const cluster = () => virtual.cluster
  const kubeconfig = () => virtual.kubeconfig.replace(rackAddress, '127.0.0.1')
  kubectlScenarios(cluster, kubeconfig)

  test('kubectl reads our plan of a new service from the cluster after it is applied', async (context) => {
    const path = needPeer(context, 'kubectl')
    const { plan, deploy } = createDeployer(cluster)
    const found = await deploy('read', deployment('web'))
    await waitReady({ cluster: cluster(), plan: found, timeoutMs: 30_000 })
    const home = await mkdtemp(join(tmpdir(), 'kubectl-'))
    try {
      await writeFile(join(home, 'config'), kubeconfig())
      const args = ['rollout', 'status', 'deployment/web', '-n', 'read']
      const status = await runProgram(path, args, '', { KUBECONFIG: join(home, 'config'), HOME: home })
      expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('successfully rolled out') })
    } finally {
      await rm(home, { recursive: true })
    }
    expect((await plan('read', deployment('web'))).empty).toBe(true)
  })
})

describe.skipIf(missing.length > 0)(['a real API server', ...missing].join(': '), () => {
  let server: RealApiServer
  beforeAll(async () => {
    server = await startPeers()
  })
  afterAll(() => server?.close())
  const cluster = () => server.cluster
  kubectlScenarios(cluster, () => server.kubeconfig)

  let home: string
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-'))
    await writeFile(join(home, 'config'), server.kubeconfig)
  })
  afterAll(() => rm(home, { recursive: true }))
  const { plan, deploy, live } = createDeployer(cluster)

  /** What an object is, without what differs from one namespace, moment and manager to the next. */
  const meaning = async (path: string) => {
    const {
      status: _,
      metadata,
      spec,
      ...rest
    } = (await live(path)) as {
      status: unknown
      spec?: Record<string, unknown>
      metadata: { labels?: Record<string, string>; annotations?: Record<string, string> }
    }
    const { 'applyset.kubernetes.io/part-of': __, ...labels } = metadata.labels ?? {}
    // A Service has addresses of its own, a Job the identity of its pods, in its labels too unless it has others.
    const { clusterIP, clusterIPs: ___, selector, template, ...others } = spec ?? {}
    const own = 'completions' in others ? {} : { labels, selector, template }
    return { ...rest, annotations: metadata.annotations, ...others, ...own, clusterIP: typeof clusterIP }
  }

  test.for(kinds.filter(([, yaml]) => yaml.includes('metadata: { name: a }')))(
    'a %s means the same, applied by kubectl or by us, and is ours as it would be that of another kubectl',
    async ([name, yaml], context) => {
      const path = needPeer(context, 'kubectl')
      const [ours, theirs] = [`same-${name}`, `same-${name}-kubectl`]
      const kubectl = (args: readonly string[]) =>
        runProgram(path, args, yaml, { KUBECONFIG: join(home, 'config'), HOME: home })
      const { changes } = await deploy(ours, yaml)
      const ref = changes.map((change) => change.ref).find((one) => one.name === 'a')
      const resource = (await cluster().resources()).find(ref?.apiVersion ?? '', ref?.kind ?? '')
      expect(await kubectl(['create', 'namespace', theirs])).toMatchObject({ code: 0 })
      const apply = ['apply', '--server-side', '-n', theirs, '-f', '-']
      expect(await kubectl(apply)).toMatchObject({ code: 0 })
      const [mine, other] = [ours, theirs].map((namespace) => resource && pathOf(resource, namespace, 'a'))
      expect(await meaning(mine ?? '')).toEqual(await meaning(other ?? ''))

      // Where the API server stores another spelling (1024Mi is 1Gi), a second manager is in conflict.
      const second = await kubectl([...apply, '--dry-run=server', '--field-manager=second'])
      const adopted = await plan(theirs, yaml)
      expect(adopted.summary.conflict).toBe(second.code)
      const fields = adopted.changes.flatMap((change) => (change.kind === 'change' ? change.fields : []))
      for (const { path: field } of fields)
        expect(field).toMatch(/^metadata\.labels(\["applyset.kubernetes.io\/part-of"\])?$/)
    },
  )
})
