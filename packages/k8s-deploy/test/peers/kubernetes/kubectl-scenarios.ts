import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, readManifests } from '../../../src/index.ts'
import { createDeployer } from '../../deployer.ts'
import { configMap, deployment } from '../../manifests-of.ts'
import { needPeer, runProgram } from './peer.ts'

const services = join(import.meta.dirname, '../../../../../examples/three-pi/services')

/** kubectl and we on the same objects, on any API server. */
export function kubectlScenarios(cluster: () => Cluster, kubeconfig: () => string): void {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-'))
    await writeFile(join(home, 'config'), kubeconfig())
  })
  afterAll(() => rm(home, { recursive: true }))
  const { plan, deploy } = createDeployer(cluster)
  const kubectl = (path: string, args: readonly string[], input = '') =>
    runProgram(path, args, input, { KUBECONFIG: join(home, 'config'), HOME: home, KUBECTL_APPLYSET: 'true' })

  test.for(['local-path', 'notes'])(
    '%s as we applied it has no difference for kubectl diff',
    async (name, context) => {
      const path = needPeer(context, 'kubectl')
      await deploy(name, await readManifests(join(services, name)))
      const args = ['diff', '--server-side', '--force-conflicts', '-f', join(services, name)]
      expect(await kubectl(path, args)).toEqual({ code: 0, stdout: '', stderr: '' })
    },
  )

  test('what kubectl applied on the server side differs for us by the label of the set only', async (context) => {
    const path = needPeer(context, 'kubectl')
    expect(await kubectl(path, ['apply', '--server-side', '-f', join(services, 'status')])).toMatchObject({
      code: 0,
    })
    const found = await plan('status', await readManifests(join(services, 'status')))
    const fields = found.changes.flatMap((change) => (change.kind === 'change' ? change.fields : []))
    expect(fields.length).toBeGreaterThan(0)
    for (const { path: field } of fields)
      expect(field).toMatch(/^metadata\.labels(\["applyset.kubernetes.io\/part-of"\])?$/)
    expect(found.summary.conflict).toBe(0)
  })

  test('kubectl prunes the same set as we do', async (context) => {
    const path = needPeer(context, 'kubectl')
    await deploy('set', configMap('a') + configMap('b') + deployment('web'))
    const args = ['apply', '--server-side', '-n', 'set', '--prune', '--applyset=applyset-set', '-f', '-']
    const refused = await kubectl(path, args, configMap('a'))
    expect(refused.stderr).toContain('managed by tooling "homerack"')
    const tooling = 'applyset.kubernetes.io/tooling=kubectl/v1.36.3'
    const annotate = ['annotate', 'secret', 'applyset-set', '-n', 'set', '--overwrite', tooling]
    expect(await kubectl(path, annotate)).toMatchObject({ code: 0 })
    const pruned = await kubectl(path, args, configMap('a'))
    expect(pruned).toMatchObject({ code: 0 })
    const lines = pruned.stdout.split('\n').filter((line) => line.includes('pruned'))
    expect(lines.toSorted()).toEqual(['configmap/b pruned', 'deployment.apps/web pruned'])
  })
}
