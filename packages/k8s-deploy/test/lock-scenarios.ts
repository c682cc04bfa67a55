import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { applyDeploy, type Cluster, type DeployPlan } from '../src/index.ts'
import { createDeployer, faultsIn } from './deployer.ts'
import { configMap } from './manifests-of.ts'

/** Two who apply the same service, and who was killed while doing so, on any API server. */
export function lockScenarios(cluster: () => Cluster): void {
  const { plan, deploy, live, write } = createDeployer(cluster)
  const apply = (found: DeployPlan, holder: string, onEvent = () => {}) =>
    applyDeploy({ cluster: cluster(), plan: found, lock: { holder, seconds: 1 }, onEvent })
  const leaseOf = (name: string) => `/apis/coordination.k8s.io/v1/namespaces/${name}/leases/homerack-${name}`

  test('of two appliers at once one is told who the other is, and nothing is half', async () => {
    const many = [...'abcdefghijklmnopqrstuvwxyz'].map((name) => configMap(name)).join('')
    await deploy('two', configMap('a'))
    const [first, second] = [await plan('two', many), await plan('two', many)]
    let faults: Promise<readonly { code: string; cause: string }[]> | undefined
    const slow = slowly(cluster(), 400)
    await applyDeploy({
      cluster: slow,
      plan: first,
      lock: { holder: 'anna', seconds: 1 },
      onEvent: () => {
        faults ??= faultsIn(apply(second, 'ben'))
      },
    })
    expect(await faults).toMatchObject([{ code: 'E_APPLY_LOCKED', cause: 'anna is applying it now' }])
    expect((await plan('two', many)).empty).toBe(true)
  })

  test('the lease is free again after an apply that succeeds, and after one that fails', async () => {
    await deploy('free', configMap('a'))
    const held = async () => (await live(leaseOf('free'))) as { spec: { holderIdentity?: string } }
    expect((await held()).spec.holderIdentity).toBeUndefined()
    const stop = new AbortController()
    const failing = applyDeploy({
      cluster: cluster(),
      plan: await plan('free', configMap('a', { a: '2' }) + configMap('b')),
      signal: stop.signal,
      onEvent: () => stop.abort(new Error('enough')),
    })
    await expect(failing).rejects.toThrow('enough')
    expect((await held()).spec.holderIdentity).toBeUndefined()
  })

  test('a lease whose holder was killed is taken over when it has run out', async () => {
    await deploy('killed', configMap('a'))
    await write(leaseOf('killed'), { spec: { holderIdentity: 'a dead one', leaseDurationSeconds: 1 } })
    await apply(await plan('killed', configMap('a', { a: '2' })), 'ben')
    expect(await live('/api/v1/namespaces/killed/configmaps/a')).toMatchObject({ data: { a: '2' } })
  })

  test('a lease that is renewed meanwhile is not taken over, whatever its clock says', async () => {
    await deploy('renewed', configMap('a'))
    const renewTime = '2001-01-01T00:00:00.000000Z'
    const spec = { holderIdentity: 'anna', leaseDurationSeconds: 2, renewTime }
    await write(leaseOf('renewed'), { spec })
    const faults = faultsIn(apply(await plan('renewed', configMap('a', { a: '2' })), 'ben'))
    let isOver = false
    faults.then(() => {
      isOver = true
    })
    for (let second = 1; !isOver; second++) {
      await write(leaseOf('renewed'), {
        spec: { renewTime: `2001-01-01T00:00:${String(second % 60).padStart(2, '0')}.000000Z` },
      })
      await sleep(200)
    }
    expect(await faults).toMatchObject([{ code: 'E_APPLY_LOCKED', cause: 'anna is applying it now' }])
  })

  test('who loses the lease stops', async () => {
    await deploy('lost', configMap('a'))
    const found = await plan('lost', [...'abcdefgh'].map((name) => configMap(name, { b: '1' })).join(''))
    let stolen: Promise<unknown> | undefined
    const faults = await faultsIn(
      applyDeploy({
        cluster: slowly(cluster(), 1500),
        plan: found,
        lock: { holder: 'anna', seconds: 1 },
        onEvent: () => {
          stolen ??= write(leaseOf('lost'), { spec: { holderIdentity: 'ben' } })
        },
      }),
    )
    await stolen
    expect(faults).toMatchObject([{ code: 'E_APPLY_LOCK_LOST', cause: 'ben took over its lease meanwhile' }])
  })

  test('a plan from before another deploy is refused', async () => {
    await deploy('stale', configMap('a'))
    const old = await plan('stale', configMap('a') + configMap('b'))
    await deploy('stale', configMap('a') + configMap('c'))
    expect(await faultsIn(apply(old, 'ben'))).toMatchObject([
      { code: 'E_PLAN_STALE', cause: 'somebody applied revision 2 after this plan was made' },
    ])
  })
}

/** A cluster that takes its time for every write of an object. */
function slowly(cluster: Cluster, milliseconds: number): Cluster {
  return {
    ...cluster,
    async request(method, path, options) {
      if (method === 'PATCH' && !path.includes('/leases/')) await sleep(milliseconds)
      return cluster.request(method, path, options)
    },
  }
}
