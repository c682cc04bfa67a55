import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatDeployPlan, planDeploy, readSources, rollOut } from '../../../src/index.ts'
import { needPeer } from './peer.ts'
import { fetchChart, publicCharts } from './public-charts.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missingControllers, startControlPlane } from './start-peers.ts'

describe.skipIf(missingControllers.length > 0)(
  ['what others publish', ...missingControllers].join(': '),
  () => {
    let server: RealApiServer
    let folder: string
    beforeAll(async () => {
      server = await startControlPlane()
      folder = await mkdtemp(join(tmpdir(), 'charts-'))
    })
    afterAll(async () => {
      await server?.close()
      await rm(folder, { recursive: true, force: true })
    })

    test.for(publicCharts)(
      '$name, as it is published, rolls out, and then there is nothing to do',
      async (chart, context) => {
        const programs = { helm: needPeer(context, 'helm') }
        const fetched = await fetchChart(chart, folder)
        if ('missing' in fetched) return context.skip(fetched.missing)
        const { name, values = {} } = chart
        const planned = async () => {
          const manifests = await readSources([fetched.source], { name, namespace: name, programs, values })
          return planDeploy({ cluster: server.cluster, name, namespace: name, manifests })
        }
        const first = await planned()
        expect(first.summary.create).toBeGreaterThan(10)
        await rollOut({ cluster: server.cluster, plan: first, timeoutMs: 60_000 })
        // The plan is what is said when it is not as it should be.
        const again = await planned()
        expect(formatDeployPlan(again)).toBe(`${name}: ${first.summary.create - 1} unchanged`)
      },
    )
  },
)
