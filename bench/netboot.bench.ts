import { type ChildProcess, execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { frameImage } from '@homerack/flasher'
import { findPeer, type PeerName } from '@homerack/testbed'
import { type Host, noNetwork, openNetwork } from '../packages/flasher/test/support/network.ts'
import type { Bench } from './bench.ts'

const rounds = 5
const server = '10.99.0.250'
const support = join(import.meta.dirname, '../packages/flasher/test/support')
const cli = join(import.meta.dirname, '../packages/flasher/dist/cli.js')
const imageBytes = 400_000_000
const rangeBytes = 4_194_304
const kernelBytes = [32_000_000, 16_000_000, 4_000_000] as const

/** A server program on the operator, started anew for each round. */
type Contender = { readonly program: string; start(): Promise<ChildProcess> }
/** What boards do at once: a shell command, the bytes that it fetches, and how to see that a server is up. */
type Load = {
  readonly name: string
  readonly command: string
  readonly bytes: number
  readonly probe: string
}

export const bench: Bench = {
  title: 'Netboot: a kernel over TFTP, the image over HTTP',
  async run() {
    const reason = noNetwork()
    if (reason !== undefined) return { columns: ['left out'], rows: [[reason]], notes: [] }
    const folder = await mkdtemp(join(tmpdir(), 'homerack-bench-netboot-'))
    const network = await openNetwork()
    try {
      await chmod(folder, 0o755)
      const operator = await network.host('operator', { address: `${server}/24` })
      const board = await network.host('board', { address: '10.99.0.51/24' })
      return await measure(folder, operator, board)
    } finally {
      await network.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measure(folder: string, operator: Host, board: Host) {
  const missing: string[] = []
  const need = (name: PeerName): string | undefined => {
    const found = findPeer(name)
    if (!('missing' in found)) return found.path
    missing.push(found.missing)
    return undefined
  }
  const tftp = await tftpContenders(folder, operator, need)
  const { contenders: http, path } = await httpContenders(folder, operator, need)
  const rows: string[][] = []
  for (const clients of [1, 4, 32])
    for (const blockSize of clients === 32 ? [1468] : [1468, 1024])
      rows.push(...(await inTurn(board, tftp, tftpLoad(clients, blockSize))))
  for (const agents of [4, 32])
    rows.push(...(await inTurn(board, http, await httpLoad(folder, agents, path))))
  return {
    columns: ['load', 'program', 'MB/s together', 'ours : program'],
    rows,
    notes: [
      'Server and clients in two network namespaces of one machine, joined by a bridge; the clients are foreign programs and share its two cores with the server.',
      `TFTP: busybox, in lock-step as a Pi: one block, one ACK, no windowsize. HTTP: curl, ranges of 4 MiB one after the other on a connection of its own, from an image of ${imageBytes / 1e6} MB that does not compress.`,
      `Median of ${rounds} rounds, the programs in turn, each started anew and warmed up with one file.`,
      'A gigabit link carries 117 MB/s; a Pi was seen to take 3.3 MB/s over TFTP.',
      ...missing.map((each) => `Left out: ${each}`),
    ],
  }
}

async function tftpContenders(folder: string, operator: Host, need: (name: PeerName) => string | undefined) {
  for (const bytes of kernelBytes)
    await writeFile(join(folder, `file-${bytes}`), randomFillSync(Buffer.alloc(bytes)))
  const [tftpd, dnsmasq] = [need('tftpd-hpa'), need('dnsmasq')]
  const script = join(support, 'network-tftp-server.ts')
  const alone = ['--no-daemon', '--conf-file=/dev/null', '--port=0', '--user=root']
  return [
    {
      program: 'homerack',
      start: async () => (await operator.startNode(script, [server, '69', ...kernelBytes.map(String)])).child,
    },
    ...startable('tftpd-hpa', operator, tftpd, ['-L', '--address', `${server}:69`, '--secure', folder]),
    ...startable('dnsmasq', operator, dnsmasq, [...alone, '--enable-tftp', `--tftp-root=${folder}`]),
  ]
}

async function httpContenders(folder: string, operator: Host, need: (name: PeerName) => string | undefined) {
  const raw = join(folder, 'image.raw')
  {
    await using file = await open(raw, 'w')
    const chunk = Buffer.alloc(4_000_000)
    for (let at = 0; at < imageBytes; at += chunk.length)
      await file.write(randomFillSync(chunk), 0, chunk.length, at)
  }
  const cache = join(folder, 'cache')
  const { path, manifest } = await frameImage({ source: raw, cacheDir: cache })
  const kernel = Buffer.alloc(4096)
  kernel.write('ARM\x64', 56, 'latin1')
  await writeFile(join(folder, 'Image'), kernel)
  const served = join(folder, 'images', manifest.sha256)
  execFileSync('mkdir', ['-p', join(folder, 'images')])
  execFileSync('ln', [path, served])
  execFileSync('chmod', ['a+r', served])
  const listen = ['--listen', server, '--http-port', '8080', '--mode', 'tftp-address']
  const options = [
    '--board',
    'pi-1=a1b2c3d4,2c:cf:67:00:00:01',
    '--image',
    raw,
    '--kernel',
    join(folder, 'Image'),
  ]
  const nginxConf = join(folder, 'nginx.conf')
  await writeFile(
    nginxConf,
    `worker_processes auto; pid ${folder}/nginx.pid; error_log /dev/null; daemon off; user root;
     events { worker_connections 512; }
     http { sendfile on; tcp_nopush on; access_log off; client_body_temp_path ${folder}/t1; proxy_temp_path ${folder}/t2;
       fastcgi_temp_path ${folder}/t3; uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
       server { listen ${server}:8080; root ${folder}; } }`,
  )
  const contenders: Contender[] = [
    {
      program: 'homerack',
      start: async () =>
        (await operator.startNode(cli, ['serve', ...listen, ...options, '--cache', cache])).child,
    },
    ...startable('nginx, sendfile', operator, need('nginx'), ['-c', nginxConf]),
  ]
  return { contenders, path: `/images/${manifest.sha256}` }
}

function startable(
  program: string,
  host: Host,
  path: string | undefined,
  args: readonly string[],
): Contender[] {
  return path === undefined ? [] : [{ program, start: async () => host.start(path, args) }]
}

function tftpLoad(clients: number, blockSize: number): Load {
  const [forOne, forFour, forMany] = kernelBytes
  const size = { 1: forOne, 4: forFour }[clients] ?? forMany
  const fetch = `busybox tftp -g -b ${blockSize} -r file-${size} -l /dev/null ${server} 69`
  return {
    name: `TFTP, ${clients} client${clients > 1 ? 's' : ''}, blksize ${blockSize}`,
    command: together(clients, fetch),
    bytes: clients * size,
    probe: `busybox tftp -g -r file-4000000 -l /dev/null ${server} 69`,
  }
}

async function httpLoad(folder: string, agents: number, path: string): Promise<Load> {
  const url = `http://${server}:8080${path}`
  const { size } = await stat(join(folder, path))
  const ranges = Math.floor(size / rangeBytes / (agents > 4 ? 4 : 1))
  const parts = Array.from({ length: ranges }, (_, i) => {
    const start = ((i * 4) % Math.floor(size / rangeBytes)) * rangeBytes
    return `url = "${url}"\nrange = "${start}-${start + rangeBytes - 1}"\noutput = /dev/null\nfail\nsilent\n`
  })
  const config = join(folder, `curl-${agents}`)
  await writeFile(config, parts.join('next\n'))
  return {
    name: `HTTP, ${agents} agents`,
    command: together(agents, `curl -K ${config}`),
    bytes: agents * ranges * rangeBytes,
    probe: `curl -sf -o /dev/null -r 0-99 ${url}`,
  }
}

/** Runs a command as often as that at once; fails if one of them does. */
function together(times: number, command: string): string {
  return `pids=; for i in $(seq ${times}); do ${command} >/dev/null & pids="$pids $!"; done; for p in $pids; do wait $p || exit 1; done`
}

/** The rounds of a load, one program after the other, so that a slow moment of the machine meets all of them. */
async function inTurn(board: Host, contenders: readonly Contender[], load: Load): Promise<string[][]> {
  const rates: number[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      const child = await contender.start()
      await untilUp(board, load.probe)
      const start = performance.now()
      await board.run('sh', ['-c', load.command])
      rates[i]?.push(load.bytes / 1e3 / (performance.now() - start))
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    }
  const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  const ours = median(rates[0] ?? [])
  return contenders.map(({ program }, i) => {
    const rate = median(rates[i] ?? [])
    return [load.name, program, rate.toFixed(rate < 100 ? 1 : 0), (ours / rate).toFixed(2)]
  })
}

async function untilUp(board: Host, probe: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await board.run('sh', ['-c', probe]))
    } catch (error) {
      if (attempt === 50) throw error
      await sleep(100)
    }
  }
}
