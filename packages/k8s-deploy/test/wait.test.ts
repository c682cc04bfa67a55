import { faultsOf } from '@homerack/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyDeploy, checkReady, planDeploy, waitReady } from '../src/index.ts'
import { configMap, deployment, manifestsOf } from './manifests-of.ts'
import { createVirtualCluster, type VirtualCluster } from './virtual-cluster.ts'

let virtual: VirtualCluster
beforeAll(async () => {
  virtual = await createVirtualCluster()
})
afterAll(() => virtual.close())

async function deploy(name: string, text: string) {
  const { cluster } = virtual
  const plan = await planDeploy({ cluster, name, namespace: name, manifests: manifestsOf(text) })
  await applyDeploy({ cluster, plan })
  return plan
}

/** Waits until a reason like this was given, then gives up. */
async function reasonLike(plan: Awaited<ReturnType<typeof deploy>>, pattern: RegExp): Promise<string> {
  const stop = new AbortController()
  const onEvent = ({ reason }: { reason: string }) => pattern.test(reason) && stop.abort(reason)
  const waiting = waitReady({
    cluster: virtual.cluster,
    plan,
    timeoutMs: 30_000,
    signal: stop.signal,
    onEvent,
  })
  return waiting.then(() => 'ready', String)
}

test.each([
  [
    'image',
    deployment('web', { image: 'web:missing' }),
    /^Deployment image\/web: .*cannot get its image web:missing/,
  ],
  [
    'crash',
    deployment('web', { annotations: { 'homerack.dev/rehearsal': 'crash' } }),
    /^Deployment crash\/web: .*CrashLoopBackOff\); its last words: \S/,
  ],
])('says why it waits: %s', async (name, text, expected) => {
  const plan = await deploy(name, text)
  expect(await reasonLike(plan, expected)).toMatch(expected)
  expect(await checkReady({ cluster: virtual.cluster, plan })).toMatchObject({
    ready: false,
    reason: expect.stringContaining(`Deployment ${name}/web`),
  })
})

test('says which pods find no node', async () => {
  const text = deployment('web').replace('"containers"', '"nodeSelector":{"disk":"none"},"containers"')
  const plan = await deploy('unscheduled', text)
  expect(await reasonLike(plan, /no node for it/)).toMatch(/no node for it/)
})

test('says what does not exist, in one look', async () => {
  const { cluster } = virtual
  const plan = await planDeploy({
    cluster,
    name: 'planned',
    namespace: 'planned',
    manifests: manifestsOf(deployment('a') + deployment('b')),
  })
  expect(await checkReady({ cluster, plan })).toEqual({
    ready: false,
    reason: 'Namespace planned: it does not exist yet (and 2 more)',
  })
})

test('gives up when the time is over, with the reason of each object', async () => {
  const plan = await deploy(
    'late',
    configMap('a') + deployment('web', { image: 'web:missing' }) + deployment('fine'),
  )
  await reasonLike(plan, /cannot get its image/)
  const error = await waitReady({ cluster: virtual.cluster, plan, timeoutMs: 1500 }).catch(
    (thrown: unknown) => thrown,
  )
  const found = faultsOf(error) ?? []
  expect(found.find(({ subject }) => subject === 'Deployment late/web')).toMatchObject({
    code: 'E_NOT_READY',
    cause: expect.stringContaining('cannot get its image web:missing'),
  })
})

test('stops at once when something has failed for good', async () => {
  const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "a:missing" }] } } }
`
  const plan = await deploy('failing', job)
  const path = '/apis/batch/v1/namespaces/failing/jobs/migrate/status'
  const status = {
    conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }],
  }
  const waiting = waitReady({ cluster: virtual.cluster, plan, timeoutMs: 30_000 }).catch(
    (thrown: unknown) => thrown,
  )
  await virtual.cluster.request('PATCH', path, {
    body: { status },
    contentType: 'application/merge-patch+json',
  })
  expect(faultsOf(await waiting)).toMatchObject([
    { code: 'E_NOT_READY', cause: expect.stringMatching(/^it failed: too often/) },
  ])
})

test('goes on after the API server was away and has forgotten its history', async () => {
  const plan = await deploy('forgotten', deployment('web', { image: 'web:missing' }))
  const { cluster } = virtual
  const waiting = waitReady({ cluster, plan, timeoutMs: 30_000 })
  await reasonLike(plan, /cannot get its image/)
  await virtual.restart(async () => virtual.api.compact())
  await deploy('forgotten', deployment('web', { image: 'web:2' }))
  await expect(waiting).resolves.toBeUndefined()
})

test('waits for manifests without a plan, in the namespace that is named', async () => {
  await deploy('manifests', deployment('web'))
  const manifests = manifestsOf(deployment('web'))
  await waitReady({ cluster: virtual.cluster, manifests, namespace: 'manifests', timeoutMs: 30_000 })
})

test('ends with the reason of an abort', async () => {
  const plan = await deploy('aborted', deployment('web', { image: 'web:missing' }))
  const waiting = waitReady({
    cluster: virtual.cluster,
    plan,
    timeoutMs: 30_000,
    signal: AbortSignal.abort('enough'),
  })
  await expect(waiting).rejects.toBe('enough')
})
