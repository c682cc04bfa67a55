import { expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { createDeployer, faultsIn } from './deployer.ts'
import { configMap } from './manifests-of.ts'

/** What cannot be deployed, on any API server. */
export function faultScenarios(cluster: () => Cluster): void {
  const { plan, deploy, write } = createDeployer(cluster)

  test('every fault of every object is told at once, with its place, before anything changes', async () => {
    const namespaced = (name: string, namespace: string) =>
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace} }\n`
    expect(
      await faultsIn(
        plan('wrong', `${configMap('ok')}---\napiVersion: v1\nkind: Deployment\nmetadata: { name: a }\n`),
      ),
    ).toMatchObject([
      {
        code: 'E_KIND_UNKNOWN',
        subject: 'Deployment a',
        hint: 'It serves Deployment as apps/v1.',
        place: { line: 5 },
      },
    ])
    expect(
      await faultsIn(plan('wrong', namespaced('a', 'nowhere') + namespaced('b', 'nowhere'))),
    ).toMatchObject([
      { code: 'E_NAMESPACE_MISSING', subject: 'ConfigMap nowhere/a' },
      { code: 'E_NAMESPACE_MISSING', subject: 'ConfigMap nowhere/b' },
    ])
    expect(await faultsIn(plan('wrong', configMap('a') + namespaced('a', 'wrong')))).toMatchObject([
      { code: 'E_MANIFEST_DUPLICATE', subject: 'ConfigMap wrong/a' },
    ])
    await deploy('wrong', configMap('ok'))
    const everything = `${namespaced('a', 'nowhere')}${configMap('A_B')}${configMap('ok')}${configMap('ok')}---\napiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n`
    expect((await faultsIn(plan('wrong', everything))).map(({ code, place }) => [code, place?.line])).toEqual(
      [
        ['E_KIND_UNKNOWN', 13],
        ['E_MANIFEST_DUPLICATE', 10],
        ['E_NAMESPACE_MISSING', 3],
        ['E_OBJECT_INVALID', 6],
      ],
    )
    const broken = `${configMap('A_B')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { x: 1 }\n`
    const found = await faultsIn(plan('wrong', broken))
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([
      ['E_OBJECT_INVALID', 'ConfigMap wrong/A_B'],
      ['E_OBJECT_INVALID', 'ConfigMap wrong/c'],
    ])
  })

  test('a set that another tool manages is left alone', async () => {
    await deploy('foreign', configMap('a'))
    const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.36.3' }
    await write('/api/v1/namespaces/foreign/secrets/applyset-foreign', { metadata: { annotations } })
    expect(await faultsIn(plan('foreign', configMap('a')))).toMatchObject([{ code: 'E_APPLYSET_FOREIGN' }])
  })

  test('a record of the set that somebody spoiled is put right', async () => {
    await deploy('spoiled', configMap('a'))
    const annotations = { 'applyset.kubernetes.io/contains-group-kinds': 'Nonsense.example.org' }
    await write('/api/v1/namespaces/spoiled/secrets/applyset-spoiled', { metadata: { annotations } })
    expect((await deploy('spoiled', configMap('a'))).summary).toMatchObject({ change: 1, unchanged: 1 })
    expect((await plan('spoiled', configMap('a'))).empty).toBe(true)
  })

  test('a namespace that is being deleted is not written to', async () => {
    await deploy('ending', configMap('a'))
    await write('/api/v1/namespaces/ending/configmaps/a', { metadata: { finalizers: ['example.org/held'] } })
    await cluster().request('DELETE', '/api/v1/namespaces/ending')
    expect(await faultsIn(plan('ending', configMap('a')))).toMatchObject([
      { code: 'E_NAMESPACE_TERMINATING' },
    ])
  })

  test('an object that is being deleted is waited for by hand', async () => {
    await deploy('held', configMap('a'))
    await write('/api/v1/namespaces/held/configmaps/a', { metadata: { finalizers: ['example.org/held'] } })
    await cluster().request('DELETE', '/api/v1/namespaces/held/configmaps/a')
    const [change] = (await plan('held', configMap('a'))).changes.filter(({ kind }) => kind === 'replace')
    expect(change).toMatchObject({ reason: 'it is being deleted, held by its finalizers example.org/held' })
  })
}
