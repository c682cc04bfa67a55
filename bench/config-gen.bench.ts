import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer, type PeerName } from '@homerack/testbed'
import type { Bench } from './bench.ts'
import { homerackFile, talconfigFile } from './config-gen-racks.ts'

const cli = join(import.meta.dirname, '../packages/config-gen/dist/cli.js')
const nodeCounts = [3, 100, 1000]
const helpRuns = 10
const talosctlRuns = 20
const talosVersions = ['1.13.9', '1.14.1'] as const

type Row = { readonly program: string; readonly ms: readonly number[] }

export const bench: Bench = {
  title: 'Machine configs from an existing bundle',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'homerack-bench-'))
    try {
      return await measure(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measure(folder: string) {
  const missing: string[] = []
  const peer = (name: PeerName) => {
    const found = findPeer(name)
    if ('missing' in found) missing.push(found.missing)
    return 'path' in found ? found.path : undefined
  }
  const secrets = join(folder, 'secrets.yaml')
  const peers: Row[] = []
  const ours: Row[] = []
  for (const version of talosVersions) {
    const talosctl = peer(`talosctl-${version.slice(0, 4) as '1.13' | '1.14'}`)
    if (!talosctl) continue
    await rm(secrets, { force: true })
    run(talosctl, ['gen', 'secrets', '-o', secrets])
    const program = `talosctl ${version}, once per node`
    const one = talosctlTime(talosctl, secrets)
    peers.push({ program, ms: nodeCounts.map((nodes) => one * nodes) })
    ours.push({ program: `config-gen, Talos ${version}`, ms: await ourTimes(folder, secrets, version) })
  }
  const talhelper = peer('talhelper')
  if (talhelper && peers.length > 0)
    peers.push({ program: 'talhelper 3.1.16', ms: await talhelperTimes(folder, secrets, talhelper) })
  const help = median(repeat(helpRuns, () => timed(() => run(process.execPath, [cli, '--help']))))
  const rows = [...ours, ...peers].map((row) => cells(row, peers))
  return {
    columns: [
      'program',
      ...nodeCounts.map((nodes) => `${nodes.toLocaleString('en')} nodes`),
      '1,000 : 100',
      'peer : ours at 100',
    ],
    rows,
    notes: [
      `\`config-gen --help\`: ${seconds(help)} (median of ${helpRuns}; aim: under 0.15 s).`,
      'Wall time of whole processes, start-up included; the fastest of 5 (1,000 nodes: of 3), since other work ran on the machine.',
      'config-gen and talhelper read a rack file and write one file per node; talosctl prints one config, without patches.',
      `talosctl: the fastest of ${talosctlRuns} starts, times the nodes (≈).`,
      'Aim: 100 nodes in under 0.3 s, ten times faster per node than the faster peer, linear to 1,000.',
      ...missing.map((reason) => `Left out: ${reason}`),
    ],
  }
}

function cells({ program, ms }: Row, peers: readonly Row[]): string[] {
  const [, hundred = 0, thousand = 0] = ms
  const ours = !peers.some((peer) => peer.program === program)
  const ratios = peers.map(
    (peer) => `${((peer.ms[1] ?? 0) / hundred).toFixed(1)} (${peer.program.split(',')[0]})`,
  )
  const reckoned = program.startsWith('talosctl')
  const times = ms.map((time) => `${reckoned ? '≈ ' : ''}${seconds(time)}`)
  return [program, ...times, (thousand / hundred).toFixed(1), ours ? ratios.join(', ') : '']
}

async function ourTimes(folder: string, secrets: string, talos: string): Promise<number[]> {
  const rack = join(folder, 'homerack.yaml')
  const out = join(folder, 'ours')
  const args = [cli, 'machine', '--rack', rack, '--with-secrets', secrets, '--reveal', '--out', out]
  return eachCount(out, async (nodes) => {
    await writeFile(rack, homerackFile(nodes, talos))
    return () => run(process.execPath, args)
  })
}

async function talhelperTimes(folder: string, secrets: string, talhelper: string): Promise<number[]> {
  const file = join(folder, 'talconfig.yaml')
  const out = join(folder, 'theirs')
  const flags = [
    '--offline-mode',
    '--no-gitignore',
    '--config-file',
    file,
    '--secret-file',
    secrets,
    '--out-dir',
    out,
  ]
  return eachCount(out, async (nodes) => {
    await writeFile(file, talconfigFile(nodes, '1.13.9'))
    return () => run(talhelper, ['genconfig', ...flags])
  })
}

/** Fastest times into a folder that is new each time; checks that a file for every node came out. */
async function eachCount(out: string, prepare: (nodes: number) => Promise<() => void>): Promise<number[]> {
  const fastest: number[] = []
  for (const nodes of nodeCounts) {
    const generate = await prepare(nodes)
    const times: number[] = []
    for (let round = 0; round < (nodes >= 1000 ? 3 : 5); round++) {
      await rm(out, { recursive: true, force: true })
      times.push(timed(generate))
    }
    const files = (await readdir(out)).filter((name) => name.endsWith('.yaml'))
    if (files.length !== nodes) throw new Error(`${files.length} files for ${nodes} nodes in ${out}`)
    fastest.push(Math.min(...times))
  }
  return fastest
}

/** The time for one config. */
function talosctlTime(talosctl: string, secrets: string): number {
  const flags = ['--with-secrets', secrets, '--output-types', 'worker', '--output', '-']
  const once = () => run(talosctl, ['gen', 'config', 'bench', 'https://10.20.0.10:6443', ...flags])
  return Math.min(...repeat(talosctlRuns, () => timed(once)))
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${command}: ${error ?? stderr}`)
}

function timed(action: () => void): number {
  const start = performance.now()
  action()
  return performance.now() - start
}

function repeat<Result>(times: number, action: () => Result): Result[] {
  return Array.from({ length: times }, action)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
