import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyDeploy, formatDeployPlan, planDeploy, readManifests } from '../../../src/index.ts'
import { changeScenarios } from '../../change-scenarios.ts'
import { definitionScenarios } from '../../definition-scenarios.ts'
import { faultsIn } from '../../deployer.ts'
import { faultScenarios } from '../../fault-scenarios.ts'
import { historyScenarios } from '../../history-scenarios.ts'
import { kindScenarios } from '../../kind-scenarios.ts'
import { lockScenarios } from '../../lock-scenarios.ts'
import { manifestsOf } from '../../manifests-of.ts'
import { orderScenarios } from '../../order-scenarios.ts'
import { pruneScenarios } from '../../prune-scenarios.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missing, startPeers } from './start-peers.ts'

const examples = join(import.meta.dirname, '../../../../../examples')
const services = globSync(join(examples, '*/services/*'))

describe.skipIf(missing.length > 0)(['a real API server', ...missing].join(': '), () => {
  let server: RealApiServer
  beforeAll(async () => {
    server = await startPeers()
  })
  afterAll(() => server?.close())

  const cluster = () => server.cluster
  changeScenarios(cluster)
  pruneScenarios(cluster)
  faultScenarios(cluster)
  historyScenarios(cluster)
  orderScenarios(cluster)
  lockScenarios(cluster)
  kindScenarios(cluster)
  definitionScenarios(cluster)

  test.each([
    ['stringData', '{ deep: [hunter4] }'],
    ['stringData', 'hunter4'],
    ['stringData', '[hunter4]'],
    ['data', '{ a: "hunter4\\nhunter4" }'],
    ['data', '{ a: 12345678, b: [12345678] }'],
  ])('a refusal does not quote the %s %s of a Secret', async (field, value) => {
    const text = `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${field}: ${value}\n`
    const options = {
      cluster: cluster(),
      name: 'default',
      namespace: 'default',
      manifests: manifestsOf(text),
    }
    const faults = await faultsIn(planDeploy(options))
    expect(faults).toMatchObject([{ code: 'E_OBJECT_INVALID', subject: 'Secret default/s' }])
    expect(JSON.stringify(faults)).not.toMatch(/hunter|12345678/)
  })

  test.each(services)(
    '%s of the examples is applied once, and then there is nothing to do',
    async (folder) => {
      const name = basename(folder)
      const options = { cluster: cluster(), name, namespace: name, manifests: await readManifests(folder) }
      await applyDeploy({ cluster: cluster(), plan: await planDeploy(options) })
      expect(formatDeployPlan(await planDeploy(options))).toMatch(/^[\w-]+: \d+ unchanged$/)
    },
  )
})
