import { spawn, spawnSync } from 'node:child_process'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage, parseAgentEvents } from '@homerack/flasher'
import type { Bench } from './bench.ts'

const agentPath = join(import.meta.dirname, '../packages/flasher/dist/agent.mjs')
const rounds = 3
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
  const rows = found
    .map((all) => all.toSorted((a, b) => a.ms - b.ms)[Math.floor(all.length / 2)])
    .filter((row) => row !== undefined)
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
      `An image of ${Math.round(size / 1e6)} MB, ${Math.round(content / 1e6)} of them content that does not compress, to an empty file of 4 GB; median of ${rounds} rounds, the programs in turn.`,
      'Ours is the flash agent as a process, over HTTP from the same machine; `written` is what it reports, with the clearing of old content, its start-up aside. The others are whole processes, with fsync.',
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

/** The agent with an operator that gives it the image and nothing else. */
async function agentRow(folder: string, disk: string, image: FramedImage): Promise<Row> {
  let end: { writeMs: number; verifyMs: number } | undefined
  const server = createServer(async (request, response) => {
    const { url = '' } = request
    if (url.endsWith('/assignment')) return void response.end(JSON.stringify(assignment))
    if (url.startsWith('/image')) {
      const [, start, stop] = /(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
      response.writeHead(206, { 'content-length': Number(stop) - Number(start) + 1 })
      return void createReadStream(image.path, { start: Number(start), end: Number(stop) }).pipe(response)
    }
    const body = Buffer.concat(await request.toArray()).toString()
    if (url.endsWith('/events'))
      for (const event of parseAgentEvents(JSON.parse(body))) if (event.type === 'flashed') end = event
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const planned = { serial: 'S1', size: diskBytes }
  const assignment = {
    id: 'bench',
    disk: planned,
    erase: false,
    image: image.manifest,
    url: `${origin}/image`,
  }
  const board = { serial: 'a1b2c3d4', revision: 'd04170', mac: '2c:cf:67:00:00:01', memory: 16e9 }
  const disks = [{ device: disk, model: 'file', ...planned }]
  await writeFile(join(folder, 'board.json'), JSON.stringify({ ...board, disks }))
  await writeFile(join(folder, 'cmdline'), `homerack.operator=${origin}\n`)
  const args = [agentPath, '--cmdline', join(folder, 'cmdline'), '--board', join(folder, 'board.json')]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMemory(child.pid ?? 0))
  }, 50)
  const code = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(watch)
  server.close()
  server.closeAllConnections()
  if (code !== 0 || !end) throw new Error(`the flash agent ended with ${code}`)
  return {
    program: 'flash agent',
    ms: end.writeMs,
    verifiedMs: end.writeMs + end.verifyMs,
    ...(peak > 0 && { megabytes: Math.round(peak / 1e3) }),
  }
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
