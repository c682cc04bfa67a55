import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyDeploy, planDeploy, readManifests } from '../../../src/index.ts'
import { createDeployer } from '../../deployer.ts'
import { configMap } from '../../manifests-of.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missing, startPeers } from './start-peers.ts'

const program = join(import.meta.dirname, 'apply-in-process.ts')
const kills = process.env.HOMERACK_LONG ? 100 : 25
const name = 'killed'

/** Thirty objects, of which the two sets have ten in common. */
const sets = [0, 1].map((which) =>
  Array.from({ length: 20 }, (_, index) =>
    configMap(`c${index + which * 10}`, { which: String(which) }),
  ).join(''),
)

describe.skipIf(missing.length > 0)(['a deploy that is killed', ...missing].join(': '), () => {
  let server: RealApiServer
  let folder: string
  beforeAll(async () => {
    server = await startPeers()
    folder = await mkdtemp(join(tmpdir(), 'kill-'))
    await writeFile(join(folder, 'kubeconfig'), server.kubeconfig)
  })
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true })
  })

  test(`${kills} kills at random points of applying and pruning: the next run converges, and what is foreign stays`, {
    timeout: kills * 15_000,
  }, async () => {
    const { deploy, live } = createDeployer(() => server.cluster)
    await deploy(name, sets[0] ?? '')
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign' }, data: { a: 'b' } }
    await server.cluster.request('POST', `/api/v1/namespaces/${name}/configmaps`, { body: foreign })
    const before = await live(`/api/v1/namespaces/${name}/configmaps/foreign`)
    let inTheMiddle = 0
    for (let round = 1; round <= kills; round++) {
      const text = sets[round % 2] ?? ''
      // From before the first of 30 writes to after the last, at an even distance, and a little later.
      const seen = await killedApply(text, Math.floor((round * 32) / (kills + 1)), Math.random() * 20)
      if (seen > 0 && seen < 30) inTheMiddle++
      const manifests = await readManifests(join(folder, 'manifests'))
      const options = { cluster: server.cluster, name, namespace: name, manifests }
      await applyDeploy({ cluster: server.cluster, plan: await planDeploy(options), lock: { seconds: 1 } })
      expect((await planDeploy(options)).empty).toBe(true)
      const list = (await live(`/api/v1/namespaces/${name}/configmaps`)) as {
        items: { metadata: { name: string }; data: object }[]
      }
      expect(list.items.map((item) => item.metadata.name).toSorted()).toEqual(
        ['foreign', ...manifests.map(({ object }) => object.metadata.name)].toSorted(),
      )
    }
    expect(inTheMiddle).toBeGreaterThan(0)
    expect(await live(`/api/v1/namespaces/${name}/configmaps/foreign`)).toEqual(before)
  })

  /** Kills an apply after so many writes and a little more. Answers how many it told of. */
  async function killedApply(text: string, writes: number, milliseconds: number): Promise<number> {
    const manifests = join(folder, 'manifests')
    await rm(manifests, { recursive: true, force: true })
    await (await import('node:fs/promises')).mkdir(manifests)
    await writeFile(join(manifests, 'all.yaml'), text)
    const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', program]
    const child = spawn(process.execPath, [...node, join(folder, 'kubeconfig'), manifests, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let seen = 0
    const enough = (async () => {
      if (writes === 0) return sleep(400)
      for await (const _ of createInterface({ input: child.stdout })) if (++seen >= writes) return
    })()
    await Promise.race([enough, ended])
    await sleep(milliseconds)
    child.kill('SIGKILL')
    await ended
    return seen
  }
})
