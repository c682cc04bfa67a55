import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMap, deployment } from './manifests-of.ts'
import { createVirtualCluster, rackAddress, type VirtualCluster } from './virtual-cluster.ts'

const cli = join(import.meta.dirname, '../src/cli.ts')
let virtual: VirtualCluster
let folder: string
let kubeconfig: string
beforeAll(async () => {
  virtual = await createVirtualCluster()
  folder = await mkdtemp(join(tmpdir(), 'k8s-deploy-'))
  kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, virtual.kubeconfig.replace(rackAddress, '127.0.0.1'))
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2 }\n'
  await writeFile(join(folder, 'all.yaml'), `${secret}${configMap('a')}${deployment('web')}`)
})
afterAll(async () => {
  await virtual.close()
  await rm(folder, { recursive: true })
})

/** Runs the command line in a process of its own. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { KUBECONFIG: _, ...env } = process.env
  return new Promise((resolve) => {
    const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', cli, ...args]
    execFile(process.execPath, node, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

test('plan, apply, status: from nothing to ready, and then nothing to do', async () => {
  const to = [folder, '--name', 'shop', '--kubeconfig', kubeconfig]
  const planned = await run('plan', ...to)
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('create    Deployment shop/web') })
  expect((await run('status', ...to)).code).toBe(1)
  const applied = await run('apply', ...to, '--output', 'json')
  const events = applied.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  expect(events[0]?.type).toBe('plan')
  expect(events.at(-1)).toEqual({ type: 'ready' })
  expect(await run('status', ...to)).toMatchObject({ code: 0, stdout: 'shop: 4 unchanged; ready\n' })
  expect(planned.stdout + applied.stdout).not.toMatch(/hunter2|aHVudGVy/)
})

test('render prints the objects without the values of Secrets', async () => {
  const { code, stdout } = await run('render', folder)
  expect(code).toBe(0)
  expect(stdout).toContain(`# ${join(folder, 'all.yaml')}:2\napiVersion: v1\nkind: Secret`)
  expect(stdout).toContain('password: ‹redacted›')
})

test('a module in TypeScript is run with its input', async () => {
  const input = join(folder, 'input.json.txt')
  await writeFile(input, '{ "names": ["x", "y"] }')
  const module = join(import.meta.dirname, '../testdata/modules/typed.ts')
  const { code, stdout } = await run('render', module, '--input', input, '--output', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout).items).toMatchObject([{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }])
})

test('a module that is no TypeScript is told with its line', async () => {
  const module = join(import.meta.dirname, '../testdata/modules/typed-broken.ts')
  const { code, stderr } = await run('render', module)
  expect(code).toBe(1)
  expect(stderr).toContain(
    `${module}:3:1  E_MANIFEST_MODULE  failed: Expression expected\n  3 |   const y = ;\n`,
  )
})

test('history, rollback, drift and delete: what was applied is known, comes back, and goes', async () => {
  const sources = await mkdtemp(join(tmpdir(), 'k8s-deploy-'))
  const [to, about] = [
    [sources, '--name', 'past', '--kubeconfig', kubeconfig],
    ['past', '--kubeconfig', kubeconfig],
  ]
  const apply = async (text: string) => {
    await writeFile(join(sources, 'all.yaml'), text)
    expect(await run('apply', ...to)).toMatchObject({ code: 0 })
  }
  try {
    expect(await run('history', ...about)).toMatchObject({ stdout: 'past was never applied here\n' })
    expect(await run('drift', ...about)).toMatchObject({ code: 1 })
    await apply(configMap('a'))
    await apply(configMap('a', { a: '2' }))
    expect((await run('history', ...about)).stdout).toMatch(
      /^ {3}1 {2}\S+ {2}1 objects\n {3}2 {2}\S+ {2}1 objects\n$/,
    )
    const shown = await run('rollback', ...about, '--dry-run')
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('data.a: 2 → 1') })
    expect(await run('drift', ...about)).toMatchObject({ code: 0, stdout: 'past: 2 unchanged\n' })
    expect(await run('rollback', ...about, '--to', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/past is rolled back and ready\n$/),
    })
    await virtual.cluster.request('DELETE', '/api/v1/namespaces/past/configmaps/a')
    const drifted = await run('drift', ...about)
    expect(drifted).toMatchObject({ code: 2, stdout: expect.stringContaining('create    ConfigMap past/a') })
    expect(await run('delete', ...about)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/past is deleted\n$/),
    })
    expect((await run('history', ...about, '--output', 'json')).stdout).toContain('"objects":0')
  } finally {
    await rm(sources, { recursive: true })
  }
})

test.each([
  ['without a kubeconfig', ['plan', '.'], 'E_KUBECONFIG'],
  ['with a kubeconfig that is not there', ['plan', '.', '--kubeconfig', '/nowhere'], 'E_KUBECONFIG'],
  ['with a folder that is not there', ['render', '/nowhere'], 'E_MANIFESTS_FOLDER'],
])('%s it says so and ends with 1', async (_, args, code) => {
  expect(await run(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(code) })
  const { stderr } = await run(...args, '--output', 'json')
  expect(JSON.parse(stderr)).toMatchObject({ type: 'failed', faults: [{ code }] })
})

test('an option that does not exist is refused', async () => {
  expect(await run('apply', folder, '--allow-prun', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--allow-prune'),
  })
})
