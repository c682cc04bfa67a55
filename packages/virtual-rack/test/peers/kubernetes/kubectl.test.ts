import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCluster, type TestCluster } from '../../kubernetes/support/cluster.ts'

const kubectl = findPeer('kubectl')
const why = 'missing' in kubectl ? ` (skipped: ${kubectl.missing})` : ''

let cluster: TestCluster
let folder: string

beforeAll(async () => {
  cluster = await startCluster()
  folder = await mkdtemp(join(tmpdir(), 'virtual-kubernetes-'))
  const data = (text: string) => Buffer.from(text).toString('base64')
  const { url, ca, admin } = cluster
  const user = { 'client-certificate-data': data(admin.crt), 'client-key-data': data(admin.key) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'closet', cluster: { server: url, 'certificate-authority-data': data(ca) } }],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'closet', context: { cluster: 'closet', user: 'admin' } }],
    'current-context': 'closet',
  }
  await writeFile(join(folder, 'config'), JSON.stringify(config), { mode: 0o600 })
  await writeFile(join(folder, 'web.yaml'), web)
})
afterAll(async () => {
  await cluster.close()
  await rm(folder, { recursive: true, force: true })
})

type Result = { code: number | null; out: string }

/** Runs kubectl in the folder of the manifests; what it prints to either stream is `out`. */
function run(command: string, input = ''): Promise<Result> {
  if ('missing' in kubectl) throw new Error(kubectl.missing)
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    KUBECONFIG: join(folder, 'config'),
    KUBECTL_APPLYSET: 'true',
  }
  const child = spawn(kubectl.path, command.split(' '), { cwd: folder, env })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out: Buffer.concat(chunks).toString() }))
  })
}

const web = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.test/web:1
          ports: [{containerPort: 80}]
          resources: {limits: {cpu: 0.5, memory: 1024Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`

describe.skipIf('missing' in kubectl)(`kubectl${why}`, () => {
  test('sees the version and the nodes', async () => {
    expect((await run('version')).out).toContain('Server Version: v1.36.3')
    expect((await run('get nodes')).out).toMatch(/pi-1\s+Ready\s+control-plane\s+v1\.36\.3/)
    expect((await run('api-resources')).out).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/)
  })

  test('applies on the server, waits for the rollout, and then has nothing to differ', async () => {
    expect(await run('apply --server-side -f web.yaml')).toMatchObject({ code: 0 })
    expect((await run('rollout status deployment/web -n shop --timeout=30s')).out).toContain(
      'successfully rolled out',
    )
    expect(await run('diff --server-side -f web.yaml')).toEqual({ code: 0, out: '' })
    const before = (await run('get deployment web -n shop -o jsonpath={.metadata.resourceVersion}')).out
    expect((await run('apply --server-side -f web.yaml')).code).toBe(0)
    expect((await run('get deployment web -n shop -o jsonpath={.metadata.resourceVersion}')).out).toBe(before)
  })

  test('is told of the conflict when another has changed a field, and of the difference', async () => {
    expect((await run('set image deployment/web web=registry.test/web:2 -n shop')).code).toBe(0)
    const refused = await run('apply --server-side -f web.yaml')
    expect(refused.code).toBe(1)
    expect(refused.out).toContain('conflict with "kubectl-set"')
    expect(refused.out).toContain('.spec.template.spec.containers[name="web"].image')
    const different = await run('diff --server-side --force-conflicts -f web.yaml')
    expect([different.code, different.out.match(/^[-+] .*image:.*$/gm)]).toEqual([
      1,
      ['-      - image: registry.test/web:2', '+      - image: registry.test/web:1'],
    ])
    expect((await run('apply --server-side --force-conflicts -f web.yaml')).code).toBe(0)
  })

  test('is refused an unknown field before anything changes', async () => {
    const odd =
      'apiVersion: v1\nkind: Service\nmetadata: {name: odd, namespace: shop}\nspec: {prts: [{port: 80}]}\n'
    const answer = await run('apply --server-side -f -', odd)
    expect([answer.code, answer.out]).toEqual([1, expect.stringContaining('unknown field "spec.prts"')])
  })

  test('rolls back and knows the history', async () => {
    await run('set image deployment/web web=registry.test/web:3 -n shop')
    await run('rollout status deployment/web -n shop --timeout=30s')
    expect((await run('rollout undo deployment/web -n shop')).code).toBe(0)
    expect((await run('rollout status deployment/web -n shop --timeout=30s')).code).toBe(0)
    const image = 'get deployment web -n shop -o jsonpath={.spec.template.spec.containers[0].image}'
    expect((await run(image)).out).toBe('registry.test/web:1')
    const revisions = (await run('rollout history deployment/web -n shop')).out.match(/^\d+/gm)
    expect(revisions).toEqual(['2', '4', '5'])
  })

  test('applies from the client as well, and scales, labels and waits', async () => {
    expect((await run('apply -f web.yaml')).out).toContain('service/web configured')
    expect((await run('apply -f web.yaml')).out).toContain('service/web unchanged')
    expect((await run('scale deployment/web -n shop --replicas=4')).code).toBe(0)
    expect((await run('label deployment/web -n shop tier=front')).code).toBe(0)
    expect(
      (await run('wait deployment/web -n shop --for=jsonpath={.status.readyReplicas}=4 --timeout=30s')).code,
    ).toBe(0)
    expect((await run('logs deployment/web -n shop')).out).toContain('started in the virtual rack')
    expect((await run('describe deployment web -n shop')).out).toContain('ScalingReplicaSet')
  })

  test('drains a node against a disruption budget', async () => {
    const drained = await run('drain pi-1 --ignore-daemonsets --delete-emptydir-data --force --timeout=60s')
    expect([drained.code, drained.out]).toEqual([0, expect.stringContaining('node/pi-1 drained')])
    const left = await run('get pods -n shop --field-selector spec.nodeName=pi-1 -o name')
    expect(left.out.includes('pod/')).toBe(false)
    expect((await run('get node pi-1')).out).toContain('SchedulingDisabled')
    expect((await run('uncordon pi-1')).code).toBe(0)
  })

  test('prunes by applyset', async () => {
    const map = (name: string) =>
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\n`
    const command = 'apply --server-side --prune --applyset=parent -n shop -f -'
    expect(await run(command, map('one') + map('two'))).toMatchObject({ code: 0 })
    const pruned = await run(command, map('one'))
    expect([pruned.code, pruned.out]).toEqual([0, expect.stringContaining('configmap/two pruned')])
    expect((await run('get configmaps one two -n shop -o name')).out).toContain('"two" not found')
  })

  test('establishes a custom resource and explains it', async () => {
    const schema = '{type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}'
    const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.test}
spec:
  group: example.test
  scope: Namespaced
  names: {plural: pools, kind: Pool}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ${schema}}}]
`
    expect((await run('apply --server-side -f -', definition)).code).toBe(0)
    expect((await run('wait --for=condition=Established crd/pools.example.test --timeout=30s')).code).toBe(0)
    const pool =
      'apiVersion: example.test/v1\nkind: Pool\nmetadata: {name: a, namespace: shop}\nspec: {size: 3}\n'
    expect(await run('apply --server-side -f -', pool)).toMatchObject({ code: 0 })
    expect((await run('get pools -n shop')).out).toMatch(/^a\s/m)
    expect((await run('explain pool.spec')).out).toContain('size\t<integer>')
  })

  test('deletes a namespace and waits until it is empty', async () => {
    expect((await run('delete namespace shop --timeout=30s')).code).toBe(0)
    expect((await run('get namespace shop')).out).toContain('not found')
  })
})
