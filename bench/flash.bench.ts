import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage, serveNetboot } from '@homerack/flasher'
import type { Bench } from './bench.ts'
import { buildTrusting } from './flash/build-trusting.ts'

const flasher = join(import.meta.dirname, '../packages/flasher/dist')
const rounds = 7
const diskBytes = 4_000_000_000

/** One run of a program. Without GNU time nobody tells what it used. */
type Run = { readonly ms: number; readonly cpuMs?: number; readonly megabytes?: number }
type Contender = {
  readonly program: string
  readonly run: () => Promise<Run>
  /** The same program, which also reads back and compares. */
  readonly verified?: () => Promise<Run>
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
  const trusting = at('trusting')
  await buildTrusting(trusting)
  const missing: string[] = []
  const shell = (program: string, needs: string, command: string): Contender[] => {
    if (run(`command -v ${needs}`)) return [{ program, run: () => timed('sh', ['-c', command]) }]
    missing.push(`${program}: ${needs} is not on this machine.`)
    return []
  }
  run(`zstd -q -3 -T0 ${raw} -o ${at('image.zst')}`)
  run(`bmaptool -q create -o ${at('image.bmap')} ${raw}`)
  const disk = at('disk.img')
  const copy = `bmaptool -q copy --bmap ${at('image.bmap')}`
  const dd = `dd of=${disk} bs=4M oflag=direct conv=fsync,notrunc status=none`
  const write = (dist: string) =>
    timed(process.execPath, [
      ...[join(dist, 'cli.js'), 'write', raw, disk, '--disk', basename(disk), '--cache', at('cache')],
    ])
  const contenders: Contender[] = [
    { program: 'flasher write, raw', run: () => write(trusting), verified: () => write(flasher) },
    {
      program: 'flash agent',
      run: () => runAgent(trusting, folder, disk, image),
      verified: () => runAgent(flasher, folder, disk, image),
    },
    ...shell('bmaptool copy, raw', 'bmaptool', `${copy} ${raw} ${disk}`),
    ...shell('bmaptool copy, zstd', 'bmaptool', `${copy} ${at('image.zst')} ${disk}`),
    ...shell('zstd -dc, dd oflag=direct', 'zstd', `zstd -qdc ${at('image.zst')} | ${dd} iflag=fullblock`),
    ...shell('dd oflag=direct, raw', 'dd', `${dd} if=${raw}`),
  ]
  const read = {
    program: '',
    run: () => timed('dd', ['of=/dev/null', `if=${image.path}`, 'bs=2M', 'iflag=direct', 'status=none']),
  }
  const [reading, ...rows] = await inTurn([read, ...contenders], disk)
  const content = image.manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  const ours = rows[0]?.plain.ms ?? 0
  return {
    columns: ['program', 'written', 'read back too', 'ratio', 'CPU', 'peak memory', 'time : ours'],
    rows: rows.map(({ program, plain, verified }) => {
      const { cpuMs, megabytes } = verified ?? plain
      return [
        program,
        seconds(plain.ms),
        verified ? seconds(verified.ms) : 'does not',
        verified ? (verified.ms / plain.ms).toFixed(2) : '',
        cpuMs === undefined ? '' : seconds(cpuMs),
        megabytes === undefined ? '' : `${megabytes} MB`,
        (plain.ms / ours).toFixed(2),
      ]
    }),
    notes: [
      `An image of ${Math.round(size / 1e6)} MB, ${Math.round(content / 1e6)} of them content that does not compress, to an empty file of 4 GB; the fastest of ${rounds} rounds, the programs in turn.`,
      'Whole processes, with fsync; from an image that was framed before as the others got their bmap. The flash agent, over HTTP from the same machine: what it reports, without its start.',
      'Written: the same programs, built once more without the reading back, which nobody can ask for. CPU and memory are those with it.',
      `Only to read ${Math.round(content / 1e6)} MB past the page cache takes dd ${seconds(reading?.plain.ms ?? 0)} on this disk.`,
      'Aim: at least as fast as the best unverified, verified within 1.3 times that, under 200 MB.',
      'zstd with dd and plain dd write the holes too; bmaptool skips them, and leaves old content there.',
      'On a shared machine: single numbers vary by half.',
      ...missing.map((reason) => `Left out: ${reason}`),
    ],
  }
}

/** The fastest run of each, on an empty disk. In turn, so that a slow moment of the machine meets all of them. */
async function inTurn(contenders: readonly Contender[], disk: string) {
  const found = contenders.map(() => ({ plain: [] as Run[], verified: [] as Run[] }))
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      await emptyDisk(disk)
      found[i]?.plain.push(await contender.run())
      if (!contender.verified) continue
      await emptyDisk(disk)
      found[i]?.verified.push(await contender.verified())
    }
  const fastest = (runs: Run[] = []) => runs.toSorted((a, b) => a.ms - b.ms)[0]
  return contenders.map(({ program }, i) => ({
    program,
    plain: fastest(found[i]?.plain) ?? { ms: 0 },
    verified: fastest(found[i]?.verified),
  }))
}

async function emptyDisk(path: string): Promise<void> {
  await rm(path, { force: true })
  await using file = await open(path, 'w')
  await file.truncate(diskBytes)
}

/** The agent as a process, with the netboot services in this one. */
async function runAgent(dist: string, folder: string, disk: string, image: FramedImage): Promise<Run> {
  const agent = join(dist, 'agent.mjs')
  const planned = { serial: 'S1', size: diskBytes }
  const board = { serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01' }
  const netboot = await serveNetboot({
    listen: { address: '127.0.0.1', tftpPort: 0, dhcpPort: 0, httpPort: 0 },
    advertise: { address: '127.0.0.1', httpPort: 0 },
    mode: 'tftp-address',
    boards: [{ name: 'pi-1', ...board }],
    files: { 'kernel_2712.img': Buffer.from('none') },
    agent: { path: agent },
    image,
  })
  const disks = [{ device: disk, model: 'file', ...planned }]
  const [boardFile, cmdline] = [join(folder, 'board.json'), join(folder, 'cmdline')]
  await writeFile(boardFile, JSON.stringify({ ...board, revision: 'd04170', memory: 16e9, disks }))
  await writeFile(cmdline, `homerack.operator=http://127.0.0.1:${netboot.ports.http}\n`)
  netboot.assign(board.serial, { disk: planned, erase: false })
  const used = await timed(process.execPath, [agent, '--cmdline', cmdline, '--board', boardFile])
  await netboot.close()
  for await (const event of netboot.events)
    if (event.type === 'flashed') return { ...used, ms: event.writeMs + event.verifyMs }
  throw new Error('the flash agent did not tell that it was done')
}

/** Whether a shell command could be run. */
const run = (command: string): boolean => spawnSync('sh', ['-c', command]).status === 0

/** Wall time of a program and, where GNU time is here, what it used. */
async function timed(program: string, args: readonly string[]): Promise<Run> {
  const hasTime = statSync('/usr/bin/time', { throwIfNoEntry: false }) !== undefined
  const told = join(tmpdir(), `homerack-bench-time-${process.pid}`)
  const time = hasTime ? ['/usr/bin/time', '-o', told, '-f', '%U %S %M'] : []
  const [command = program, ...rest] = [...time, program, ...args]
  const start = performance.now()
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  const ms = performance.now() - start
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  if (!hasTime) return { ms }
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(told, 'utf8')).split(' ').map(Number)
  await rm(told)
  return { ms, cpuMs: 1000 * (user + system), megabytes: Math.round(kilobytes / 1e3) }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
