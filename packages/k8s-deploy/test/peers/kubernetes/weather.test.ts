import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  applyDeploy,
  connectCluster,
  formatDeployPlan,
  planDeploy,
  rollOut,
  statusOf,
  waitReady,
} from '../../../src/index.ts'
import { createDeployer, faultsIn, kindsOf } from '../../deployer.ts'
import { configMap, manifestsOf } from '../../manifests-of.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missing, startPeers } from './start-peers.ts'

const patience = { timeout: 20_000, interval: 100 }

const sequence = (count: number, data: object = { a: '1' }) =>
  Array.from({ length: count }, (_, index) => configMap(`c${index}`, data)).join('')

describe.skipIf(missing.length > 0)(['a real API server in bad weather', ...missing].join(': '), () => {
  let server: RealApiServer
  beforeAll(async () => {
    server = await startPeers()
  })
  afterAll(() => server?.close())
  const cluster = () => server.cluster
  const { plan, deploy, apply, live, write } = createDeployer(cluster)

  test('a finalizer that hangs while pruning is named', async () => {
    await deploy('hang', configMap('a') + configMap('b'))
    await write('/api/v1/namespaces/hang/configmaps/b', { metadata: { finalizers: ['example.org/held'] } })
    const found = await deploy('hang', configMap('a'))
    expect(await faultsIn(waitReady({ cluster: cluster(), plan: found, timeoutMs: 500 }))).toMatchObject([
      {
        code: 'E_NOT_READY',
        subject: 'ConfigMap hang/b',
        cause: 'it is being deleted, held by its finalizers example.org/held',
      },
    ])
    await write('/api/v1/namespaces/hang/configmaps/b', { metadata: { finalizers: null } })
    await waitReady({ cluster: cluster(), plan: found, timeoutMs: 10_000 })
  })

  test('an object that is renamed is made anew and the old one is pruned', async () => {
    await deploy('rename', configMap('old'))
    expect(kindsOf(await deploy('rename', configMap('new')))).toEqual({
      'Secret rename/applyset-rename': 'unchanged',
      'ConfigMap rename/new': 'create',
      'ConfigMap rename/old': 'prune',
    })
    expect((await plan('rename', configMap('new'))).empty).toBe(true)
  })

  test('a set that moves to another namespace leaves nothing behind', async () => {
    const other = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: moved-to }\n'
    await deploy('moves', other + configMap('a'))
    const moved = configMap('a').replace('"name":"a"', '"name":"a","namespace":"moved-to"')
    const found = await deploy('moves', other + moved)
    expect(kindsOf(found)).toMatchObject({
      'ConfigMap moved-to/a': 'create',
      'ConfigMap moves/a': 'prune',
    })
    expect(kindsOf(await deploy('moves', other + configMap('a')))).toMatchObject({
      'ConfigMap moves/a': 'create',
      'ConfigMap moved-to/a': 'prune',
    })
  })

  test('a ConfigMap of nearly 1 MiB is applied, and one that is larger is refused with its size', async () => {
    await deploy('huge', configMap('a', { a: 'x'.repeat(1_000_000) }))
    expect((await plan('huge', configMap('a', { a: 'x'.repeat(1_000_000) }))).empty).toBe(true)
    const [fault] = await faultsIn(plan('huge', configMap('a', { a: 'x'.repeat(1_100_000) })))
    expect(fault?.code).toMatch(/^E_OBJECT_(INVALID|TOO_LARGE)$/)
    expect(fault?.cause).toMatch(/Too long|too large|may not be more than/)
    expect(fault?.cause.length).toBeLessThan(2000)
    const wide = await faultsIn(
      plan('huge', configMap('a', { a: randomBytes(2_500_000).toString('base64') })),
    )
    expect(wide[0]?.code).toMatch(/^E_OBJECT_(INVALID|TOO_LARGE)$/)
  })

  test('a thousand objects are applied, left alone, and pruned', async () => {
    await deploy('thousand', sequence(1000))
    expect(formatDeployPlan(await plan('thousand', sequence(1000)))).toBe('thousand: 1001 unchanged')
    expect((await deploy('thousand', sequence(1))).summary.prune).toBe(999)
    const list = (await live('/api/v1/namespaces/thousand/configmaps')) as { items: unknown[] }
    expect(list.items).toHaveLength(1)
  })

  test('a quota that is exceeded stops, and says which', async () => {
    await deploy('quota', configMap('a'))
    await cluster().request('POST', '/api/v1/namespaces/quota/resourcequotas', {
      body: {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'few' },
        spec: { hard: { configmaps: '1' } },
      },
    })
    await write('/api/v1/namespaces/quota/resourcequotas/few/status', {
      status: { hard: { configmaps: '1' }, used: { configmaps: '1' } },
    })
    // The admission plugin looks at quotas through a cache.
    const [fault] = await vi.waitUntil(async () => {
      const faults = await faultsIn(plan('quota', configMap('a') + configMap('b')))
      return faults.length > 0 && faults
    }, patience)
    expect(fault).toMatchObject({ code: 'E_FORBIDDEN', subject: 'ConfigMap quota/b' })
    expect(fault?.cause).toContain('exceeded quota: few')
    expect(fault?.hint).toBeUndefined()
  })

  test('a webhook that is not up yet is waited for', async () => {
    await deploy('hook', configMap('a'))
    const { crt, key } = server.serving('127.0.0.1')
    const hook = createServer({ cert: crt, key }, (request, response) => {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        const { uid } = (JSON.parse(text) as { request: { uid: string } }).request
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid, allowed: true },
          }),
        )
      })
    })
    hook.listen(0, '127.0.0.1')
    await once(hook, 'listening')
    const { port } = hook.address() as { port: number }
    await new Promise((resolve) => hook.close(resolve))
    const found = await plan('hook', configMap('a', { a: '2' }))
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
    await cluster().request('POST', path, {
      body: {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'slow' },
        webhooks: [
          {
            name: 'slow.example.org',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            clientConfig: {
              url: `https://127.0.0.1:${port}/`,
              caBundle: Buffer.from(server.ca).toString('base64'),
            },
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hook' } },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
          },
        ],
      },
    })
    try {
      // The API server takes new webhooks in through a cache.
      const [fault] = await vi.waitUntil(async () => {
        const faults = await faultsIn(plan('hook', configMap('a', { a: '3' })))
        return faults.length > 0 && faults
      }, patience)
      expect(fault?.cause).toContain('failed calling webhook')
      const applied = apply(found)
      await sleep(500)
      hook.listen(port, '127.0.0.1')
      await applied
      expect(await live('/api/v1/namespaces/hook/configmaps/a')).toMatchObject({ data: { a: '2' } })
    } finally {
      await cluster().request('DELETE', `${path}/slow`)
      hook.closeAllConnections()
      await new Promise((resolve) => hook.close(resolve))
    }
  })

  test('an API server that is killed in the middle and comes back is waited for', async () => {
    const found = await plan('restart', sequence(60))
    let restarted: Promise<void> | undefined
    await applyDeploy({
      cluster: cluster(),
      plan: found,
      onEvent: ({ done }) => {
        if (done === 10) restarted = server.restart()
      },
    })
    await restarted
    expect((await plan('restart', sequence(60))).empty).toBe(true)
  })

  test('a watch whose point in time the API server has forgotten (410) begins anew', async () => {
    await deploy('forgotten', configMap('a'))
    await write('/api/v1/namespaces/forgotten/configmaps/a', {
      metadata: { finalizers: ['example.org/held'] },
    })
    const found = await deploy('forgotten', '')
    const gone: number[] = []
    const watched: typeof server.cluster = {
      ...cluster(),
      async *watch(path, options) {
        try {
          for await (const event of cluster().watch(path, options)) {
            if (event.type === 'ERROR') gone.push((event.object as { code: number }).code)
            yield event
          }
        } catch (error) {
          gone.push(statusOf(error)?.code ?? 0)
          throw error
        }
      },
    }
    const waiting = waitReady({ cluster: watched, plan: found, timeoutMs: 60_000 })
    waiting.catch(() => {})
    await sleep(500)
    // Other objects of the same kind move the history on, beyond what the watch has seen.
    for (let value = 0; value < 5; value++) await deploy('history', configMap('b', { value: String(value) }))
    await server.restart()
    await sleep(1500)
    await write('/api/v1/namespaces/forgotten/configmaps/a', { metadata: { finalizers: null } })
    await waiting
    expect(gone).toContain(410)
  })

  test('a token that has expired is named as that', async () => {
    const encode = (value: object | Buffer) =>
      (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url')
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: 'https://kubernetes.default.svc',
      aud: ['https://kubernetes.default.svc'],
      sub: 'system:serviceaccount:default:deployer',
      iat: now - 7200,
      nbf: now - 7200,
      exp: now - 3600,
    }
    const head = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(head), createPrivateKey(server.tokenKey))
    const token = `${head}.${encode(signature)}`
    const faults = await faultsIn(connectCluster({ kubeconfig: server.kubeconfigOf({ token }) }))
    expect(faults).toMatchObject([
      { code: 'E_CLUSTER_UNAUTHORIZED', hint: expect.stringContaining('expired') },
    ])
    expect(JSON.stringify(faults)).not.toContain(token)
  })

  test('a certificate that has expired is named as that', async () => {
    const kubeconfig = server.kubeconfigOf({ user: 'admin', hasExpired: true })
    expect(await faultsIn(connectCluster({ kubeconfig }))).toMatchObject([
      { code: 'E_CLUSTER_UNAUTHORIZED', hint: expect.stringContaining('expired') },
    ])
  })

  test('rights that are missing are told for every object before anything changes', async () => {
    await deploy('rights', configMap('a'))
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
    await cluster().request('POST', path, {
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'nobody-reads' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
      },
    })
    await cluster().request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'cluster-reader' },
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
      },
    })
    const weak = await connectCluster({ kubeconfig: server.kubeconfigOf({ user: 'nobody', groups: [] }) })
    try {
      const manifests = manifestsOf(configMap('a', { a: '2' }) + configMap('b'))
      // New rights are known after a moment: until then not even reading is allowed.
      const faults = await vi.waitUntil(async () => {
        const found = await faultsIn(
          planDeploy({ cluster: weak, name: 'rights', namespace: 'rights', manifests }),
        )
        return found.length === 2 && found
      }, patience)
      expect(faults).toMatchObject([
        { code: 'E_FORBIDDEN', subject: 'ConfigMap rights/a', hint: expect.stringContaining('right') },
        { code: 'E_FORBIDDEN', subject: 'ConfigMap rights/b' },
      ])
    } finally {
      weak.close()
    }
  })

  test('a failed rollout of an always available service is rolled back as a whole', async () => {
    const roll = async (text: string, timeoutMs: number) => {
      const manifests = manifestsOf(text)
      const options = { cluster: cluster(), name: 'rollback', namespace: 'rollback', manifests }
      await rollOut({
        cluster: cluster(),
        plan: await planDeploy({ ...options, available: 'always' }),
        timeoutMs,
      })
    }
    await roll(configMap('a'), 10_000)
    // Nothing binds a volume here.
    const claim =
      '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n'
    const faults = await faultsIn(roll(configMap('a', { a: '2' }) + claim, 500))
    expect(faults.map(({ code }) => code)).toEqual(['E_NOT_READY', 'E_ROLLED_BACK'])
    expect(await live('/api/v1/namespaces/rollback/configmaps/a')).toMatchObject({ data: { a: '1' } })
  })
})
