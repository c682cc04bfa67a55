import { expect, test } from 'vitest'
import {
  applyDeploy,
  type Cluster,
  formatDeployPlan,
  formatRef,
  type ObjectRef,
  waitReady,
} from '../src/index.ts'
import { createDeployer, kindsOf } from './deployer.ts'
import { configMap, deployment } from './manifests-of.ts'

/** Deleting what is not declared any more, and going on after a stop, on any API server. */
export function pruneScenarios(cluster: () => Cluster): void {
  const { plan, apply, deploy, live } = createDeployer(cluster)

  test('what is not declared any more is pruned, and nothing else', async () => {
    await deploy('prune', configMap('a') + configMap('b') + deployment('web'))
    await cluster().request('POST', '/api/v1/namespaces/prune/configmaps', {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign' } },
    })
    const found = await plan('prune', configMap('a'))
    expect(kindsOf(found)).toEqual({
      'Secret prune/applyset-prune': 'change',
      'ConfigMap prune/a': 'unchanged',
      'ConfigMap prune/b': 'prune',
      'Deployment prune/web': 'prune',
    })
    const pruned: ObjectRef[] = []
    await applyDeploy({
      cluster: cluster(),
      plan: found,
      onEvent: ({ type, ref }) => type === 'pruned' && pruned.push(ref),
    })
    expect(pruned.map(formatRef).toSorted()).toEqual(['ConfigMap prune/b', 'Deployment prune/web'])
    await waitReady({ cluster: cluster(), plan: found, timeoutMs: 10_000 })
    const list = (await live('/api/v1/namespaces/prune/configmaps')) as {
      items: { metadata: { name: string } }[]
    }
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['a', 'foreign']))
    expect(list.items.map(({ metadata }) => metadata.name)).not.toContain('b')
    expect((await plan('prune', configMap('a'))).empty).toBe(true)
    const { metadata } = (await live('/api/v1/namespaces/prune/secrets/applyset-prune')) as {
      metadata: { annotations: object }
    }
    expect(metadata.annotations).toMatchObject({ 'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap' })
  })

  test('volumes are kept without consent, still known later, and pruned with it', async () => {
    const claim = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`
    await deploy('kept', configMap('a') + claim)
    const found = await deploy('kept', configMap('a'))
    expect(found.kept.map(formatRef)).toEqual(['PersistentVolumeClaim kept/data'])
    const again = await plan('kept', configMap('a'))
    expect([again.empty, again.kept.length]).toEqual([true, 1])
    const agreed = await deploy('kept', configMap('a'), { allowPrune: ['PersistentVolumeClaim/kept/data'] })
    expect(kindsOf(agreed)).toMatchObject({ 'PersistentVolumeClaim kept/data': 'prune' })
    await waitReady({ cluster: cluster(), plan: agreed, timeoutMs: 10_000 })
    expect((await plan('kept', configMap('a'))).kept).toEqual([])
  })

  test('stopped at any moment, the next deploy goes on and nothing is forgotten', async () => {
    const all = [...'abcdefghij'].map((name) => configMap(name)).join('')
    const first = await plan('stopped', all)
    const total = first.changes.length
    for (let after = 1; after < total; after++) {
      const stop = new AbortController()
      const found = await plan('stopped', all)
      const onEvent = ({ done }: { done: number }) => done === after && stop.abort()
      await applyDeploy({ cluster: cluster(), plan: found, signal: stop.signal, onEvent }).catch(() => {})
    }
    await deploy('stopped', all)
    expect((await plan('stopped', all)).empty).toBe(true)
    const pruning = await plan('stopped', configMap('a'))
    expect(pruning.summary.prune).toBe(9)
    const stop = new AbortController()
    const onEvent = ({ type }: { type: string }) => type === 'pruned' && stop.abort()
    await applyDeploy({ cluster: cluster(), plan: pruning, signal: stop.signal, onEvent }).catch(() => {})
    const rest = await plan('stopped', configMap('a'))
    expect(rest.empty).toBe(false)
    await apply(rest)
    expect(formatDeployPlan(await plan('stopped', configMap('a')))).toBe('stopped: 2 unchanged')
  })
}
