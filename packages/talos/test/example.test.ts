import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { type FakeNode, newPki, type Services, secured } from './support/fake-node.ts'

const program = resolve(import.meta.dirname, '../../../examples/cluster-health/cluster-health.mjs')
const hook = resolve(import.meta.dirname, 'support/resolve-here.mjs')

let folder: string
let node: FakeNode | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-example-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  await node?.close()
  node = undefined
})

/** A healthy cluster of one, which answers for itself at any address. */
function cluster(etcdHealthy: boolean): Services {
  const specs: Record<string, object> = {
    Members: { hostname: 'pi-1', addresses: ['192.168.10.51'], machineType: 'controlplane' },
    VolumeStatuses: { size: 900 * 2 ** 30 },
    MachineStatuses: { stage: 'running', status: { ready: true, unmetConditions: [] } },
  }
  const resource = (type: string) => {
    const spec = specs[type.split('.')[0] ?? '']
    return spec && { resource: { metadata: { type }, spec: { yamlSpec: stringify(spec) } } }
  }
  const member = { id: 1n, hostname: 'pi-1', peerUrls: ['https://192.168.10.51:2380'] }
  return {
    machine: {
      version: () => ({ messages: [{}] }),
      memory: () => ({ messages: [{ meminfo: { memtotal: 16_000_000n } }] }),
      etcdMemberList: () => ({ messages: [{ members: [member] }] }),
      serviceList: () => ({
        messages: [
          {
            services: [
              { id: 'etcd', state: 'Running', health: { healthy: etcdHealthy, lastMessage: 'slow disk' } },
              { id: 'kubelet', state: 'Running', health: { healthy: true } },
            ],
          },
        ],
      }),
    },
    state: {
      get: ({ type }) => resource(type) ?? {},
      list: async function* ({ type }) {
        const found = resource(type)
        if (found) yield found
      },
    },
  }
}

async function talosconfig(etcdHealthy: boolean): Promise<string> {
  const pki = await newPki()
  node = await secured(pki, cluster(etcdHealthy), { ip: '127.0.0.1' })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const { ca, crt, key } = pki.credentials
  const closet = {
    endpoints: [`127.0.0.1:${node.port}`],
    nodes: [],
    ca: base64(ca),
    crt: base64(crt),
    key: base64(key.reveal()),
  }
  const file = join(folder, 'talosconfig')
  await writeFile(file, stringify({ context: 'closet', contexts: { closet } }))
  return file
}

function runExample(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { promise, resolve: done } = Promise.withResolvers<{
    code: unknown
    stdout: string
    stderr: string
  }>()
  const node = ['--conditions=source', '--import', hook, program]
  execFile(process.execPath, [...node, ...args], (error, stdout, stderr) =>
    done({ code: error?.code ?? 0, stdout, stderr }),
  )
  return promise
}

test('the example prints the health of a cluster, and ends', async () => {
  const { code, stdout, stderr } = await runExample(await talosconfig(true))
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^ok {7}etcd to be healthy\n/)
  expect(stdout.trimEnd().split('\n')).toHaveLength(9)
})

test('the example tells what is wrong', async () => {
  const unhealthy = await runExample(await talosconfig(false), '0')
  expect(unhealthy).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('etcd is not healthy: slow disk'),
  })
  await node?.close()
  node = undefined
  const away = await runExample(join(folder, 'talosconfig'))
  expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('E_TALOS_NO_ENDPOINT') })
})
