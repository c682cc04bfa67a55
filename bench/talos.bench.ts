import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { issueCertificate, type KeyPair } from '../packages/virtual-rack/src/talos/issue-certificate.ts'
import { clusterSecrets } from '../packages/virtual-rack/test/fixtures/cluster-secrets.ts'
import type { Bench } from './bench.ts'
import type { StandInPlan } from './talos/stand-in.ts'

const statusOf = [3, 50, 500]
const importTo = [3, 50]
const imageBytes = 200_000_000
const tlsPort = 50_100
const image = { name: 'ghcr.io/me/shop:1', digest: `sha256:${'0'.repeat(64)}` }

type Run = { readonly ms: number; readonly megabytes: number; readonly said: string }
type Contender = { readonly name: string; readonly run: () => Promise<Run> }
type Stage = {
  readonly folder: string
  readonly talosconfig: string
  readonly addresses: readonly string[]
  readonly server: ChildProcess
}

export const bench: Bench = {
  title: 'The Talos API of many nodes',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'homerack-bench-talos-'))
    const stage = await setStage(folder)
    try {
      const rows = [...(await statusRows(stage)), ...(await importRows(stage))]
      const columns = ['what', 'nodes', 'program', 'time', 'throughput', 'peak memory', 'time : ours']
      return { columns, rows, notes }
    } finally {
      stage.server.kill()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const notes = [
  'Processes against one stand-in for the Talos API, which is another process, over TLS with client certificates on loopback; the fastest of 5, of imports of 3, the programs in turn.',
  'Status: version and services of every node, start-up included. talosctl needs two runs for that, whose times are added. Ours sends two calls per node: `forwarded` by one endpoint, as those of talosctl are, or `direct` with a connection to each node.',
  'Import: an image of 200 MB into all nodes, start-up aside. The plain TLS copy sends the same bytes over as many connections and from one process too. What arrives is thrown away. Throughput is that of all nodes together.',
]

async function setStage(folder: string): Promise<Stage> {
  const { os, admin } = await clusterSecrets()
  const net = `127.${100 + ((randomBytes(1)[0] ?? 0) % 100)}`
  const addresses = Array.from(
    { length: Math.max(...statusOf) },
    (_, index) => `${net}.${Math.floor(index / 250)}.${1 + (index % 250)}`,
  )
  const nodes = await withCertificates(addresses, os)
  const plan: StandInPlan = { ca: os.crt, nodes, tlsPort, image }
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const key = base64(admin.key.replaceAll('PRIVATE KEY', 'ED25519 PRIVATE KEY'))
  const closet = { endpoints: addresses.slice(0, 1), ca: base64(os.crt), crt: base64(admin.crt), key }
  const [talosconfig, planFile] = [join(folder, 'talosconfig'), join(folder, 'plan.json')]
  await writeFile(talosconfig, JSON.stringify({ context: 'closet', contexts: { closet } }), { mode: 0o600 })
  await writeFile(planFile, JSON.stringify(plan), { mode: 0o600 })
  const server = fork(program('stand-in'), [planFile], { execArgv: [] })
  await new Promise((resolve, reject) => server.once('message', resolve).once('exit', reject))
  return { folder, talosconfig, addresses, server }
}

function withCertificates(addresses: readonly string[], ca: KeyPair): Promise<StandInPlan['nodes']> {
  return Promise.all(
    addresses.map(async (address) => {
      const request = { ca, subject: {}, addresses: [address], usage: 'server', now: new Date() } as const
      return { address, ...(await issueCertificate(request)) }
    }),
  )
}

async function statusRows({ talosconfig, addresses }: Stage): Promise<string[][]> {
  const rows: string[][] = []
  for (const count of statusOf) {
    const nodes = addresses.slice(0, count)
    const own = (way: string): Contender => ({
      name: `homerack, ${way}`,
      run: async () => checked(count, await node(program('status'), talosconfig, way, ...nodes)),
    })
    const talosctls = (['talosctl-1.13', 'talosctl-1.14'] as const).flatMap((name): Contender[] => {
      const peer = findPeer(name)
      if ('missing' in peer) return []
      const ask = async (what: string, lines: number) => {
        const args = ['--talosconfig', talosconfig, '-n', nodes.join(), what]
        return checked(lines, await measure(peer.path, args))
      }
      const run = async () => together(await ask('version', count), await ask('services', count * 10))
      return [{ name: `talosctl ${peer.version}`, run }]
    })
    for (const { name, best, ratio } of await inTurn([own('forwarded'), own('direct'), ...talosctls], 5))
      rows.push(['status', `${count}`, name, seconds(best.ms), '', `${best.megabytes} MB`, ratio])
  }
  return rows
}

async function importRows({ folder, talosconfig, addresses }: Stage): Promise<string[][]> {
  const rows: string[][] = []
  const file = join(folder, 'image.tar')
  await fill(file, imageBytes)
  for (const count of importTo) {
    const nodes = addresses.slice(0, count)
    const [first = ''] = nodes
    const contenders: Contender[] = [
      {
        name: 'homerack',
        run: async () =>
          timedInside(await node(program('import'), talosconfig, image.name, image.digest, file, ...nodes)),
      },
      {
        name: 'plain TLS copy',
        run: async () => timedInside(await node(program('tls-copy'), first, `${tlsPort}`, file, `${count}`)),
      },
    ]
    for (const { name, best, ratio } of await inTurn(contenders, 3)) {
      const throughput = `${Math.round((imageBytes * count) / best.ms / 1e3)} MB/s`
      rows.push(['import', `${count}`, name, seconds(best.ms), throughput, `${best.megabytes} MB`, ratio])
    }
  }
  return rows
}

/** All of them in each round, so that a slow moment of the machine meets all. The first is ours. */
async function inTurn(contenders: readonly Contender[], rounds: number) {
  const runs: Run[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, { run }] of contenders.entries()) runs[index]?.push(await run())
  const best = runs.map((all) => all.reduce((a, b) => (b.ms < a.ms ? b : a)))
  const [ours] = best
  return contenders.flatMap(({ name }, index) => {
    const one = best[index]
    return one && ours ? [{ name, best: one, ratio: (one.ms / ours.ms).toFixed(2) }] : []
  })
}

const program = (name: string) => join(import.meta.dirname, 'talos', `${name}.ts`)
const node = (...args: string[]) => measure(process.execPath, args)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

/** Wall time, what it said, and where GNU time is here its peak memory. */
async function measure(command: string, args: readonly string[]): Promise<Run> {
  const hasTime = statSync('/usr/bin/time', { throwIfNoEntry: false }) !== undefined
  const begun = performance.now()
  const child = hasTime ? spawn('/usr/bin/time', ['-f', '%M', command, ...args]) : spawn(command, args)
  const [said, errors, code] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    new Promise((resolve) => child.once('close', resolve)),
  ])
  const ms = performance.now() - begun
  const complaint = Buffer.concat(errors).toString().trim()
  if (code !== 0) throw new Error(`${command}: ${complaint}`)
  const kilobytes = hasTime ? Number(complaint.split('\n').at(-1)) : 0
  return { ms, megabytes: Math.round(kilobytes / 1e3), said: Buffer.concat(said).toString() }
}

/** A status says at least a line per node, or nobody was asked. */
function checked(lines: number, run: Run): Run {
  const found = run.said.trim().split('\n').length
  if (found < lines) throw new Error(`${found} lines where ${lines} were to come: ${run.said.slice(0, 500)}`)
  return run
}

function together(one: Run, other: Run): Run {
  return { ms: one.ms + other.ms, megabytes: Math.max(one.megabytes, other.megabytes), said: '' }
}

function timedInside(run: Run): Run {
  return { ...run, ms: Number(run.said) }
}

async function fill(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'w')
  const piece = randomBytes(1_000_000)
  for (let at = 0; at < bytes; at += piece.length) await file.write(piece)
}
