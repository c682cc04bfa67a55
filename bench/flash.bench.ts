import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage, serveNetboot } from '@homerack/flasher'
import type { Bench } from './bench.ts'

const agentPath = join(import.meta.dirname, '../packages/flasher/dist/agent.mjs')
const cliPath = join(import.meta.dirname, '../packages/flasher/dist/cli.js')
const rounds = 7
const diskBytes = 4_000_000_000

type Row = {
  readonly program: string
  readonly ms: number
  readonly verifiedMs?: number
  readonly megabytes?: number
}

export const bench: Bench = {
  title: 'Image to disk file',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'homerack-bench-flash-'))
    try {
      return await measure(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measure(folder: string) {
  const at = (name: string) => join(folder, name)
  const { path: raw, size } = await makeStandInImage({ path: at('image.raw'), talosVersion: 'v1.13.9' })
  const image = await frameImage({ source: raw, cacheDir: at('cache') })
  const missing: string[] = []
  const shell = (program: string, needs: string, command: string): (() => Promise<Row>) | undefined => {
    if (spawnSync('sh', ['-c', `command -v ${needs}`]).status === 0)
      return async () => ({ program, ...timed(command) })
    missing.push(`${program}: ${needs} is not on this machine.`)
    return undefined
  }
  run(`command -v zstd >/dev/null && zstd -q -3 -T0 ${raw} -o ${at('image.zst')} || true`)
  run(`command -v bmaptool >/dev/null && bmaptool -q create -o ${at('image.bmap')} ${raw} || true`)
  const disk = at('disk.img')
  const contenders = [
    () => writeRow('flasher write, raw', raw, disk, at('cache')),
    () => agentRow(folder, disk, image),
    shell('bmaptool copy, raw', 'bmaptool', `bmaptool -q copy --bmap ${at('image.bmap')} ${raw} ${disk}`),
    shell(
      'bmaptool copy, zstd',
      'bmaptool',
      `bmaptool -q copy --bmap ${at('image.bmap')} ${at('image.zst')} ${disk}`,
    ),
    shell(
      'zstd -dc, dd oflag=direct',
      'zstd',
      `zstd -qdc ${at('image.zst')} | dd of=${disk} bs=4M iflag=fullblock oflag=direct conv=fsync,notrunc status=none`,
    ),
    shell(
      'dd oflag=direct, raw',
      'dd',
      `dd if=${raw} of=${disk} bs=4M oflag=direct conv=fsync,notrunc status=none`,
    ),
  ].filter((contender) => contender !== undefined)
  // In turn, so that a slow moment of the machine meets all of them.
  const found: Row[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      await emptyDisk(disk)
      found[i]?.push(await contender())
    }
  const rows = found.map((all) => all.toSorted((a, b) => a.ms - b.ms)[0]).filter((row) => row !== undefined)
  const [ours] = rows
  const content = image.manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  return {
    columns: ['program', 'written', 'read back too', 'peak memory', 'time : ours'],
    rows: rows.map(({ program, ms, verifiedMs, megabytes }) => [
      program,
      seconds(ms),
      verifiedMs === undefined ? 'does not' : seconds(verifiedMs),
      megabytes === undefined ? '' : `${megabytes} MB`,
      (ms / (ours?.ms ?? ms)).toFixed(2),
    ]),
    notes: [
      `An image of ${Math.round(size / 1e6)} MB, ${Math.round(content / 1e6)} of them content that does not compress, to an empty file of 4 GB; the fastest of ${rounds} rounds, the programs in turn.`,
      'Whole processes, with fsync; of `flasher write` without the reading back, from an image that was framed before as the others got their bmap. The flash agent, over HTTP from the same machine: what it reports, without its start.',
      'Aim: at least as fast as the best unverified, verified within 1.3 times that, under 200 MB.',
      'zstd with dd and plain dd write the holes too; bmaptool skips them, and leaves old content there.',
      'On a shared machine: single numbers vary by half.',
      ...missing.map((reason) => `Left out: ${reason}`),
    ],
  }
}

async function emptyDisk(path: string): Promise<void> {
  await rm(path, { force: true })
  await using file = await open(path, 'w')
  await file.truncate(diskBytes)
}

/** The agent as a process, with the netboot services in this one. */
async function agentRow(folder: string, disk: string, image: FramedImage): Promise<Row> {
  const planned = { serial: 'S1', size: diskBytes }
  const board = { serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01' }
  const netboot = await serveNetboot({
    listen: { address: '127.0.0.1', tftpPort: 0, dhcpPort: 0, httpPort: 0 },
    advertise: { address: '127.0.0.1', httpPort: 0 },
    mode: 'tftp-address',
    boards: [{ name: 'pi-1', ...board }],
    files: { 'kernel_2712.img': Buffer.from('none') },
    agent: { path: agentPath },
    image,
  })
  const disks = [{ device: disk, model: 'file', ...planned }]
  const about = { ...board, revision: 'd04170', memory: 16e9, disks }
  await writeFile(join(folder, 'board.json'), JSON.stringify(about))
  await writeFile(
    join(folder, 'cmdline'),
    `homerack.operator=http://127.0.0.1:${netboot.ports.http}
`,
  )
  netboot.assign(board.serial, { disk: planned, erase: false })
  const args = ['--cmdline', join(folder, 'cmdline'), '--board', join(folder, 'board.json')]
  const { megabytes } = await runNode(agentPath, args)
  await netboot.close()
  for await (const event of netboot.events)
    if (event.type === 'flashed') return row('flash agent', event, megabytes)
  throw new Error('the flash agent did not tell that it was done')
}

/** The command on the operator's machine, which framed the image before. */
async function writeRow(program: string, source: string, disk: string, cache: string): Promise<Row> {
  const args = ['write', source, disk, '--disk', basename(disk), '--cache', cache, '--json']
  const { ms, output, megabytes } = await runNode(cliPath, args)
  const { verifyMs } = JSON.parse(output.trim().split('\n').at(-1) ?? '')
  return row(program, { writeMs: ms - verifyMs, verifyMs }, megabytes)
}

const row = (
  program: string,
  { writeMs, verifyMs }: { writeMs: number; verifyMs: number },
  peak: number,
) => ({
  program,
  ms: writeMs,
  verifiedMs: writeMs + verifyMs,
  ...(peak > 0 && { megabytes: peak }),
})

async function runNode(program: string, args: readonly string[]) {
  const since = performance.now()
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (text) => {
    output += text
  })
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMemory(child.pid ?? 0))
  }, 20)
  const code = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return { ms: performance.now() - since, output, megabytes: Math.round(peak / 1e3) }
}

/** The most memory a process has held so far, in kilobytes; 0 where /proc does not tell. */
function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function run(command: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}

/** Wall time of a shell command and, where GNU time is here, its peak memory. */
function timed(command: string): { ms: number; megabytes?: number } {
  const hasTime = statSync('/usr/bin/time', { throwIfNoEntry: false }) !== undefined
  const start = performance.now()
  const args = hasTime ? ['-f', '%M', 'sh', '-c', command] : ['-c', command]
  const { status, stderr } = spawnSync(hasTime ? '/usr/bin/time' : 'sh', args, { encoding: 'utf8' })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return { ms, ...(hasTime && { megabytes: Math.round(Number(stderr.trim().split('\n').at(-1)) / 1e3) }) }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
