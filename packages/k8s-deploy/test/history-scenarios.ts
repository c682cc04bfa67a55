import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Cluster, formatRef, planDrift, planRollback, readHistory, waitReady } from '../src/index.ts'
import { createDeployer, faultsIn, kindsOf } from './deployer.ts'
import { configMap } from './manifests-of.ts'

/** What the cluster remembers of earlier deploys, on any API server. */
export function historyScenarios(cluster: () => Cluster): void {
  const { plan, apply, deploy, live, write } = createDeployer(cluster)
  const service = (name: string) => ({ name, namespace: name })
  const numbers = async (name: string) =>
    (await readHistory(cluster(), service(name))).map(({ number }) => number)
  const rollback = async (name: string, to?: number) => {
    const found = await planRollback({ cluster: cluster(), ...service(name), ...(to ? { to } : {}) })
    await apply(found)
    return found
  }
  const drift = (name: string) => planDrift({ cluster: cluster(), ...service(name) })

  test('every set that is applied is kept once, outside of the set', async () => {
    await deploy('kept-once', configMap('a'))
    await deploy('kept-once', configMap('a'))
    expect(await numbers('kept-once')).toEqual([1])
    await deploy('kept-once', configMap('a') + configMap('b'))
    const [first, second] = await readHistory(cluster(), service('kept-once'))
    expect([first, second]).toMatchObject([
      { number: 1, objects: 1, ready: false },
      { number: 2, objects: 2, ready: false },
    ])
    expect(await plan('kept-once', configMap('a') + configMap('b'))).toMatchObject({
      empty: true,
      revision: 2,
    })
    expect(await live('/api/v1/namespaces/kept-once/secrets/homerack-kept-once-v2')).toMatchObject({
      type: 'homerack.dev/revision',
    })
  })

  test('ten revisions are kept', async () => {
    for (let value = 1; value <= 12; value++) await deploy('ten', configMap('a', { a: String(value) }))
    expect(await numbers('ten')).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  test('a rollback makes, changes and prunes until the set is as it was', async () => {
    await deploy('back', configMap('a') + configMap('b'))
    await deploy('back', configMap('a', { a: '2' }) + configMap('c'))
    expect(kindsOf(await rollback('back'))).toMatchObject({
      'ConfigMap back/a': 'change',
      'ConfigMap back/b': 'create',
      'ConfigMap back/c': 'prune',
    })
    expect((await plan('back', configMap('a') + configMap('b'))).empty).toBe(true)
    expect(await numbers('back')).toEqual([1, 2, 3])
    await rollback('back', 2)
    expect((await plan('back', configMap('a', { a: '2' }) + configMap('c'))).empty).toBe(true)
  })

  test('a revision that is not there is named, with those that are', async () => {
    await deploy('unknown', configMap('a'))
    expect(await faultsIn(rollback('unknown', 7))).toMatchObject([
      { code: 'E_REVISION_UNKNOWN', cause: 'the cluster has no revision 7 of it', hint: 'It has 1.' },
    ])
    expect(await faultsIn(rollback('unknown'))).toMatchObject([{ cause: 'has no earlier revision' }])
    expect(await faultsIn(drift('never'))).toMatchObject([{ cause: 'was never applied here' }])
  })

  test('a set above 1 MB is kept in parts', async () => {
    const large = [1, 2, 3].map((name) =>
      configMap(`a${name}`, { a: randomBytes(450_000).toString('base64') }),
    )
    await deploy('large', large.join(''))
    expect(await live('/api/v1/namespaces/large/secrets/homerack-large-v1-p2')).toMatchObject({
      type: 'homerack.dev/revision',
    })
    await deploy('large', configMap('a1'))
    expect(await numbers('large')).toEqual([1, 2])
    await rollback('large', 1)
    expect((await plan('large', large.join(''))).empty).toBe(true)
  })

  test('a damaged revision is refused', async () => {
    await deploy('damaged', configMap('a'))
    await write('/api/v1/namespaces/damaged/secrets/homerack-damaged-v1', {
      data: { objects: Buffer.from('garbage').toString('base64') },
    })
    expect(await faultsIn(rollback('damaged', 1))).toMatchObject([{ code: 'E_REVISION_DAMAGED' }])
  })

  test('values of Secrets come back, and are in no plan', async () => {
    const secret = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: ${value} }\n`
    await deploy('secret-back', secret('hunter2'))
    await deploy('secret-back', secret('hunter3'))
    const found = await rollback('secret-back')
    expect(JSON.stringify(found)).not.toMatch(/hunter|aHVudGVy/)
    expect(await live('/api/v1/namespaces/secret-back/secrets/s')).toMatchObject({
      data: { password: Buffer.from('hunter2').toString('base64') },
    })
  })

  test('drift is what somebody else changed or deleted', async () => {
    await deploy('drift', configMap('a') + configMap('b'))
    expect((await drift('drift')).empty).toBe(true)
    await write('/api/v1/namespaces/drift/configmaps/a', { data: { a: 'theirs' } })
    await cluster().request('DELETE', '/api/v1/namespaces/drift/configmaps/b')
    expect(kindsOf(await drift('drift'))).toMatchObject({
      'ConfigMap drift/a': 'conflict',
      'ConfigMap drift/b': 'create',
    })
    await write('/api/v1/namespaces/drift/configmaps/a', { data: { a: '1', more: 'theirs' } })
    expect(kindsOf(await drift('drift'))).toMatchObject({ 'ConfigMap drift/a': 'unchanged' })
  })

  test('deleting is a deploy of nothing: volumes need consent, and a rollback brings the rest back', async () => {
    const claim = `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n`
    await deploy('gone', configMap('a') + claim)
    const gone = await deploy('gone', '')
    expect(gone.kept.map(formatRef)).toEqual(['PersistentVolumeClaim gone/data'])
    expect(gone.summary).toMatchObject({ prune: 1 })
    const agreed = await deploy('gone', '', { allowPrune: ['PersistentVolumeClaim/gone/data'] })
    await waitReady({ cluster: cluster(), plan: agreed, timeoutMs: 10_000 })
    expect((await plan('gone', '')).empty).toBe(true)
    await rollback('gone')
    expect((await plan('gone', configMap('a') + claim)).empty).toBe(true)
  })
}
