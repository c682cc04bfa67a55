import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  applyDeploy,
  checkReady,
  formatDeployPlan,
  planDeploy,
  readManifests,
  waitReady,
} from '../src/index.ts'
import { changeScenarios } from './change-scenarios.ts'
import { createDeployer } from './deployer.ts'
import { faultScenarios } from './fault-scenarios.ts'
import { historyScenarios } from './history-scenarios.ts'
import { lockScenarios } from './lock-scenarios.ts'
import { configMap, deployment } from './manifests-of.ts'
import { orderScenarios } from './order-scenarios.ts'
import { pruneScenarios } from './prune-scenarios.ts'
import { createVirtualCluster, type VirtualCluster } from './virtual-cluster.ts'

const examples = join(import.meta.dirname, '../../../examples')
let virtual: VirtualCluster
beforeAll(async () => {
  virtual = await createVirtualCluster()
})
afterAll(() => virtual.close())

const cluster = () => virtual.cluster
describe('changes', () => changeScenarios(cluster))
describe('pruning', () => pruneScenarios(cluster))
describe('faults', () => faultScenarios(cluster))
describe('history', () => historyScenarios(cluster))
describe('order', () => orderScenarios(cluster))
describe('two at once', () => lockScenarios(cluster))

test.each([
  ['local-path', 'three-pi'],
  ['home-assistant', 'three-pi'],
  ['notes', 'three-pi'],
  ['status', 'three-pi'],
  ['whoami', 'five-pi'],
])('%s is deployed, becomes ready, and then there is nothing to do', async (name, rack) => {
  const { cluster } = virtual
  const manifests = await readManifests(join(examples, rack, 'services', name))
  const first = await planDeploy({ cluster, name, namespace: name, manifests })
  expect(first.empty).toBe(false)
  expect(new Set(first.changes.map(({ kind }) => kind))).toEqual(new Set(['create']))
  await applyDeploy({ cluster, plan: first })
  await waitReady({ cluster, plan: first, timeoutMs: 30_000 })
  const again = await planDeploy({ cluster, name, namespace: name, manifests })
  expect(formatDeployPlan(again)).toMatch(/^[\w-]+: \d+ unchanged$/)
  expect(again.empty).toBe(true)
  expect(await checkReady({ cluster, plan: again })).toEqual({ ready: true, reason: '' })
})

test('an API server that restarts in the middle is waited for', async () => {
  const { cluster } = virtual
  const found = await createDeployer(() => cluster).plan(
    'restart',
    configMap('a') + configMap('b') + deployment('web'),
  )
  let restarted: Promise<void> | undefined
  await applyDeploy({
    cluster,
    plan: found,
    onEvent: ({ done }) => {
      if (done === 2) restarted = virtual.restart(() => new Promise((resolve) => setTimeout(resolve, 300)))
    },
  })
  expect(restarted).toBeDefined()
  await restarted
  await waitReady({ cluster, plan: found, timeoutMs: 30_000 })
})
