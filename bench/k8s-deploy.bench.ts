import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { missing, startPeers } from '../packages/k8s-deploy/test/peers/kubernetes/start-peers.ts'
import type { Bench } from './bench.ts'

const cli = join(import.meta.dirname, '../packages/k8s-deploy/dist/cli.js')
const counts = (process.env.HOMERACK_BENCH_OBJECTS ?? '1,100,500,2000').split(',').map(Number)
const rounds = 3

type Program = { readonly name: string; command(folder: string, namespace: string): readonly string[] }
type Measured = {
  readonly first: number
  readonly again: number
  readonly memory: number
  /** CPU that the API server used for the first apply, in milliseconds. */
  readonly server: number
}

export const bench: Bench = {
  title: 'A set of objects: first apply, and once more without a change',
  async run() {
    const programs = ['kubectl', 'helm'].map((name) => findPeer(name as 'kubectl' | 'helm'))
    const lacking = [...missing, ...programs.flatMap((one) => ('missing' in one ? [one.missing] : []))]
    if (missing.length > 0) return { columns: ['left out'], rows: [], notes: lacking }
    const server = await startPeers()
    const folder = await mkdtemp(join(tmpdir(), 'homerack-bench-'))
    try {
      const kubeconfig = join(folder, 'kubeconfig')
      await writeFile(kubeconfig, server.kubeconfig)
      const makeNamespace = async (name: string) => {
        const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
        await server.cluster.request('POST', '/api/v1/namespaces', { body })
      }
      return await measureAll(folder, kubeconfig, programs, makeNamespace, lacking, server.cpu)
    } finally {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measureAll(
  folder: string,
  kubeconfig: string,
  [kubectl, helm]: readonly ReturnType<typeof findPeer>[],
  makeNamespace: (name: string) => Promise<void>,
  lacking: readonly string[],
  serverCpu: () => Promise<number>,
) {
  const kubectlPath = kubectl && 'path' in kubectl ? kubectl.path : ''
  const helmPath = helm && 'path' in helm ? helm.path : ''
  const programs: Program[] = [
    {
      name: 'k8s-deploy apply',
      command: (set, namespace) => [
        process.execPath,
        cli,
        'apply',
        join(set, 'templates'),
        '--name',
        namespace,
      ],
    },
    ...(kubectlPath
      ? [
          {
            name: 'kubectl apply --server-side',
            command: (set: string, namespace: string) => [
              ...[kubectlPath, 'apply', '--server-side', '-n', namespace],
              ...['-f', join(set, 'templates')],
            ],
          },
        ]
      : []),
    ...(helmPath
      ? [
          {
            name: 'helm upgrade --install',
            command: (set: string, namespace: string) => [
              ...[helmPath, 'upgrade', '--install', 'bench', set, '-n', namespace],
            ],
          },
        ]
      : []),
  ]
  const help = await fastestHelp()
  const rows: string[][] = []
  for (const count of counts) {
    const set = await writeSet(folder, count)
    const results: Measured[][] = programs.map(() => [])
    // The programs in turn, so that other work on the machine hits all of them.
    for (let round = 0; round < rounds; round++)
      for (const [index, { command }] of programs.entries()) {
        const namespace = `bench-${count}-${index}-${round}`
        await makeNamespace(namespace)
        const before = await serverCpu()
        const first = await run(command(set, namespace), kubeconfig)
        const server = (await serverCpu()) - before
        const again = await run(command(set, namespace), kubeconfig)
        const memory = Math.max(first.memory, again.memory)
        results[index]?.push({ first: first.ms, again: again.ms, memory, server })
      }
    const medians = programs.map(({ name }, index) => ({
      program: name,
      measured: medianOf(results[index] ?? []),
    }))
    const [ours] = medians
    for (const { program, measured } of medians)
      rows.push(rowOf(count, program, measured, ours?.measured ?? measured))
  }
  return {
    columns: [
      ...['objects', 'program', 'first apply', 'no change', 'memory', 'API server CPU'],
      ...['first : ours', 'no change : ours'],
    ],
    rows,
    notes: [
      `Whole processes on one kube-apiserver and etcd of this machine, in one run; median of ${rounds}, each in a new namespace.`,
      'ConfigMaps, Secrets, Services, ServiceAccounts and Roles, as many of each, in one file; kinds that need no controller.',
      'k8s-deploy also plans, takes a lease, keeps a revision, and waits until all is ready; helm keeps a revision; kubectl does none of these.',
      'API server CPU: what the API server used for the first apply, user and system.',
      `k8s-deploy --help: ${help.toFixed(2)} s (fastest of 5; aim: under 0.15 s).`,
      'HOMERACK_BENCH_OBJECTS=1,100 measures other numbers of objects.',
      ...lacking.map((reason) => `Left out: ${reason}`),
    ],
  }
}

/** A chart whose one template is the set; kubectl and k8s-deploy read its folder of templates. */
async function writeSet(folder: string, count: number): Promise<string> {
  const set = join(folder, `set-${count}`)
  await mkdir(join(set, 'templates'), { recursive: true })
  await writeFile(join(set, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 0.1.0\n')
  const objects = Array.from({ length: count }, (_, index) => JSON.stringify(objectOf(index)))
  await writeFile(join(set, 'templates', 'all.yaml'), objects.join('\n---\n'))
  return set
}

function objectOf(index: number): object {
  const metadata = { name: `object-${index}`, labels: { app: 'bench' } }
  const kinds = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(200) } },
    { apiVersion: 'v1', kind: 'Secret', metadata, data: { text: 'eHh4' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'bench' }, ports: [{ port: 80 }] },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
  ]
  return kinds[index % kinds.length] ?? {}
}

/** Seconds until the command line has printed its help. */
async function fastestHelp(): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round++) times.push((await run([process.execPath, cli, '--help'], '')).ms)
  return Math.min(...times) / 1000
}

/** Wall time, and the most memory that was resident at once, in MiB. */
async function run([command = '', ...args]: readonly string[], kubeconfig: string) {
  const start = performance.now()
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: join(kubeconfig, '..') }
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  let memory = 0
  const sampling = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  }, 20)
  const [code] = await once(child, 'exit')
  clearInterval(sampling)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${said}`)
  return { ms: performance.now() - start, memory }
}

function medianOf(results: readonly Measured[]): Measured {
  const median = (field: keyof Measured) =>
    results.map((one) => one[field]).toSorted((a, b) => a - b)[Math.floor(results.length / 2)] ?? 0
  return {
    first: median('first'),
    again: median('again'),
    memory: median('memory'),
    server: median('server'),
  }
}

function rowOf(count: number, program: string, measured: Measured, ours: Measured): string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
  const { first, again, memory, server } = measured
  const ratios = [first / ours.first, again / ours.again].map((one) => one.toFixed(1))
  return [
    ...[String(count), program, seconds(first), seconds(again)],
    ...[`${memory.toFixed(0)} MiB`, seconds(server), ...ratios],
  ]
}
