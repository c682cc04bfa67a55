import { expect, test } from 'vitest'
import { applyDeploy, type Cluster } from '../src/index.ts'
import { createDeployer, faultsIn } from './deployer.ts'
import { configMap, deployment } from './manifests-of.ts'

/** What comes after what, on any API server. */
export function orderScenarios(cluster: () => Cluster): void {
  const { plan } = createDeployer(cluster)
  const after = (text: string, others: string) => {
    const object = JSON.parse(text.slice(4)) as { metadata: object }
    const annotations = { 'homerack.dev/after': others }
    return `---\n${JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } })}\n`
  }
  const namespace = '---\n{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"named"}}\n'

  test.each([
    ['in-wave', after(configMap('a'), 'ConfigMap/b') + configMap('b'), ['b', 'a']],
    [
      'chain',
      after(configMap('a'), 'ConfigMap/b') + after(configMap('b'), 'ConfigMap/c') + configMap('c'),
      ['c', 'b', 'a'],
    ],
    [
      'both',
      after(configMap('a'), 'ConfigMap/b, ConfigMap/both/c') + configMap('b') + configMap('c'),
      ['b', 'c', 'a'],
    ],
    [
      'later-wave',
      after(configMap('a'), 'Role.rbac.authorization.k8s.io/b') +
        '---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: b }\n',
      ['b', 'a'],
    ],
    ['named', namespace + after(configMap('a'), 'Namespace/named'), ['named', 'a']],
  ])('%s: what comes after something else is applied after it', async (name, text, expected) => {
    const found = await plan(name, text)
    const order: string[] = []
    await applyDeploy({ cluster: cluster(), plan: found, onEvent: ({ ref }) => order.push(ref.name) })
    const applied = order.filter((one) => expected.includes(one))
    // Two that wait for nothing go side by side, in either order.
    const free = name === 'both' ? 2 : 0
    expect([...applied.slice(0, free).sort(), ...applied.slice(free)]).toEqual([
      ...expected.slice(0, free).sort(),
      ...expected.slice(free),
    ])
    expect(found.changes.map(({ ref }) => ref.name).filter((one) => expected.includes(one))).toEqual(expected)
    expect((await plan(name, text)).empty).toBe(true)
  })

  test.each([
    [
      'unknown',
      after(configMap('a'), 'ConfigMap/bb') + configMap('b'),
      {
        code: 'E_AFTER_UNKNOWN',
        subject: 'ConfigMap order/a',
        cause: 'comes after ConfigMap/bb, which this set does not have',
        hint: 'Did you mean ConfigMap/b?',
        place: { line: 2 },
      },
    ],
    [
      'itself',
      after(configMap('a'), 'ConfigMap/a'),
      {
        code: 'E_AFTER_CYCLE',
        cause: 'comes after itself: ConfigMap order/a → ConfigMap order/a',
        place: { line: 2 },
      },
    ],
    [
      'each other',
      after(configMap('a'), 'Deployment/web') + after(deployment('web'), 'ConfigMap/a'),
      {
        code: 'E_AFTER_CYCLE',
        cause: 'comes after itself: ConfigMap order/a → Deployment order/web → ConfigMap order/a',
      },
    ],
  ])('%s: an order that cannot be kept is refused', async (_, text, expected) => {
    expect(await faultsIn(plan('order', text))).toMatchObject([expected])
  })
}
