import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyDeploy, formatDeployPlan, planDeploy, readManifests } from '../../../src/index.ts'
import { changeScenarios } from '../../change-scenarios.ts'
import { faultsIn } from '../../deployer.ts'
import { faultScenarios } from '../../fault-scenarios.ts'
import { manifestsOf } from '../../manifests-of.ts'
import { pruneScenarios } from '../../prune-scenarios.ts'
import { type RealApiServer, startRealApiServer } from './real-api-server.ts'

const services = join(import.meta.dirname, '../../../../../examples/three-pi/services')
const peers = [findPeer('etcd'), findPeer('kube-apiserver')] as const
const missing = peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))

describe.skipIf(missing.length > 0)(['a real API server', ...missing].join(': '), () => {
  let server: RealApiServer
  beforeAll(async () => {
    const [etcd, apiServer] = peers.map((peer) => ('path' in peer ? peer.path : ''))
    server = await startRealApiServer({ etcd: String(etcd), apiServer: String(apiServer) })
  })
  afterAll(() => server?.close())

  const cluster = () => server.cluster
  changeScenarios(cluster)
  pruneScenarios(cluster)
  faultScenarios(cluster)

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

  test('every service of the example is applied once, and then there is nothing to do', async () => {
    const names = await readdir(services)
    expect(names.length).toBeGreaterThan(2)
    for (const name of names) {
      const manifests = await readManifests(join(services, name))
      const options = { cluster: cluster(), name, namespace: name, manifests }
      await applyDeploy({ cluster: cluster(), plan: await planDeploy(options) })
      expect(formatDeployPlan(await planDeploy(options))).toMatch(/^[\w-]+: \d+ unchanged$/)
    }
  })
})
