import { expect, test } from 'vitest'
import { applyDeploy, type Cluster, formatDeployPlan, waitReady } from '../src/index.ts'
import { createDeployer, faultsIn, kindsOf } from './deployer.ts'
import { configMap, deployment } from './manifests-of.ts'

/** Creating and changing objects, on any API server. */
export function changeScenarios(cluster: () => Cluster): void {
  const { plan, apply, deploy, live, write } = createDeployer(cluster)

  test('a change is shown field by field, and applied with progress', async () => {
    await deploy('change', configMap('a') + configMap('b'))
    const found = await plan('change', configMap('a', { a: '2' }) + configMap('b'))
    expect(kindsOf(found)).toMatchObject({
      'ConfigMap change/a': 'change',
      'ConfigMap change/b': 'unchanged',
    })
    const [change] = found.changes.filter(({ kind }) => kind === 'change')
    expect(change).toMatchObject({
      fields: [{ path: 'data.a', before: '1', after: '2' }],
      origin: { file: 'test.yaml', line: 2 },
    })
    const events: [string, number, number][] = []
    await applyDeploy({
      cluster: cluster(),
      plan: found,
      onEvent: ({ type, done, total }) => events.push([type, done, total]),
    })
    expect(events).toEqual([['applied', 1, 1]])
    expect(await live('/api/v1/namespaces/change/configmaps/a')).toMatchObject({ data: { a: '2' } })
  })

  test('an object that nobody labelled yet is taken in', async () => {
    await deploy('adopt', configMap('a'))
    await cluster().request('POST', '/api/v1/namespaces/adopt/configmaps', {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, data: { a: '1' } },
    })
    const found = await plan('adopt', configMap('a') + configMap('b'))
    const [change] = found.changes.filter(({ kind }) => kind === 'change')
    expect(change?.ref.name).toBe('b')
  })

  test('what is made once is made if it is missing, never changed, and pruned; one of somebody else stays theirs', async () => {
    const once = (name: string, password: string) =>
      `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, annotations: { homerack.dev/apply: once } }\nstringData: { password: ${password} }\n`
    const password = async (name: string) =>
      ((await live(`/api/v1/namespaces/once/secrets/${name}`)) as { data: { password: string } }).data
        .password
    await deploy('once', once('a', 'first'))
    const theirs = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'b' },
      stringData: { password: 'theirs' },
    }
    await cluster().request('POST', '/api/v1/namespaces/once/secrets', { body: theirs })
    const again = once('a', 'second') + once('b', 'second')
    expect((await deploy('once', again + configMap('c'))).summary).toMatchObject({ create: 1, change: 1 })
    expect((await plan('once', once('a', 'third') + once('b', 'third') + configMap('c'))).empty).toBe(true)
    expect(await Promise.all(['a', 'b'].map(password))).toEqual(['first', 'theirs'].map(btoa))
    await cluster().request('DELETE', '/api/v1/namespaces/once/secrets/a')
    await deploy('once', again + configMap('c'))
    expect(await password('a')).toBe(btoa('second'))
    const left = await plan('once', configMap('c'))
    expect(kindsOf(left)).toMatchObject({ 'Secret once/a': 'prune' })
    expect(kindsOf(left)).not.toHaveProperty('Secret once/b')
  })

  test('plans and faults never hold the data of a Secret', async () => {
    const secret = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: ${value} }\n`
    await deploy('secret', secret('hunter2'))
    const found = await plan('secret', secret('hunter3'))
    expect(kindsOf(found)).toMatchObject({ 'Secret secret/s': 'change' })
    expect(JSON.stringify(found) + formatDeployPlan(found)).not.toMatch(/hunter|aHVudGVy/)
    const wrong = await faultsIn(plan('secret', `${secret('hunter4')}unknownField: hunter4\n`))
    expect(wrong).toMatchObject([{ code: 'E_OBJECT_INVALID', subject: 'Secret secret/s' }])
    expect(JSON.stringify(wrong)).not.toContain('hunter')
  })

  test('a field of another manager is a conflict: nothing is applied until it is forced', async () => {
    await deploy('conflict', configMap('a') + deployment('web', { replicas: 1 }))
    await write('/apis/apps/v1/namespaces/conflict/deployments/web', { spec: { replicas: 3 } })
    const changed = configMap('a', { a: '2' }) + deployment('web', { replicas: 2 })
    const found = await plan('conflict', changed)
    const [conflict] = found.changes.filter(({ kind }) => kind === 'conflict')
    expect(conflict).toMatchObject({ conflicts: [{ path: 'spec.replicas', manager: 'kubectl-edit' }] })
    const stopped = await faultsIn(apply(found))
    expect(stopped).toMatchObject([
      {
        code: 'E_FIELD_CONFLICT',
        subject: 'Deployment conflict/web',
        cause: 'spec.replicas belongs to kubectl-edit',
      },
    ])
    expect(stopped[0]?.place).toMatchObject({ file: 'test.yaml' })
    expect(await live('/api/v1/namespaces/conflict/configmaps/a')).toMatchObject({ data: { a: '1' } })
    await deploy('conflict', changed, { force: true })
    expect((await plan('conflict', changed)).empty).toBe(true)
  })

  test('an object of another service is a conflict', async () => {
    await deploy('owner', configMap('a'))
    const thief = configMap('a').replace('"name":"a"', '"name":"a","namespace":"owner"')
    const found = await plan('thief', thief)
    const [conflict] = found.changes.filter(({ kind }) => kind === 'conflict')
    expect(conflict).toMatchObject({ ref: { namespace: 'owner', name: 'a' } })
  })

  test('an immutable field means that the object has to be replaced, and nothing is applied', async () => {
    await deploy('immutable', deployment('web'))
    const found = await plan('immutable', deployment('web').replaceAll('"app":"web"', '"app":"other"'))
    const [change] = found.changes.filter(({ kind }) => kind === 'replace')
    expect(change).toMatchObject({ reason: 'spec.selector: field is immutable' })
    expect(await faultsIn(apply(found))).toMatchObject([{ code: 'E_REPLACE_NEEDED' }])
  })

  test('a new kind and its objects are deployed in one go', async () => {
    const both = `
apiVersion: example.org/v1
kind: Lamp
metadata: { name: desk }
spec: { lit: true }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: lamps.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { kind: Lamp, plural: lamps, singular: lamp, listKind: LampList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { lit: { type: boolean } } } } } }
`
    const found = await deploy('lamps', both)
    expect(kindsOf(found)).toMatchObject({
      'Lamp lamps/desk': 'create',
      'CustomResourceDefinition lamps.example.org': 'create',
    })
    await waitReady({ cluster: cluster(), plan: found, timeoutMs: 10_000 })
    expect(formatDeployPlan(await plan('lamps', both))).toBe('lamps: 3 unchanged')
  })
}
