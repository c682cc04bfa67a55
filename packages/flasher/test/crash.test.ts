import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { isZero } from '../src/bytes/is-zero.ts'
import { type FramedImage, inspectBootDisk, openReadable, readMarker } from '../src/index.ts'
import { type AgentBoard, makeAgentBoard } from './agent-board.ts'
import { startCli } from './cli/run-cli.ts'
import { expectDiskEqualsImage, rightRanges } from './compare-disk.ts'
import { makeSmallImage } from './stand-in.ts'

// Whatever ends the work, at whatever moment: the disk does not look bootable, and the next run finishes it.
// HOMERACK_LONG=1 for 200 times. Where each is struck is drawn from its number; the machine has its part in when.
const times = process.env.HOMERACK_LONG ? 200 : 8
const SIZE = 4_000_000_000

let dir: string
let raw: string
let image: FramedImage
/** Milliseconds of the agent from start to end. */
let whole: number
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-crash-'))
  const made = await makeSmallImage(dir)
  raw = made.raw
  image = made.framed
  const kernel = Buffer.alloc(4096)
  kernel.write('ARM\x64', 56, 'latin1')
  await writeFile(join(dir, 'Image'), kernel)
  const { operator, start } = await makeBoard(join(dir, 'measured'))
  await using _ = operator
  const since = performance.now()
  expect((await start().ended).code).toBe(0)
  whole = performance.now() - since
})
afterAll(() => rm(dir, { recursive: true }))

const makeBoard = (path: string) => makeAgentBoard(path, { image, size: SIZE })

type Strike = (folder: string, random: () => number, ctx: TestContext) => Promise<void>
const strikes: readonly { name: string; strike: Strike }[] = [
  { name: 'the agent is killed', strike: killAgent },
  { name: 'the server is killed', strike: killServer },
  { name: 'the disk is cut off', strike: cutDisk },
  { name: 'the disk takes no more', strike: fillDisk },
]
const cases = Array.from({ length: times }, (_, i) => ({ i, ...strikes[i % strikes.length]! }))

test.for(cases)('$i: $name', async ({ i, strike }, ctx) => {
  const folder = join(dir, String(i))
  await mkdir(folder)
  await strike(folder, dice(i), ctx)
  await rm(folder, { recursive: true })
})

/** Numbers from 0 to 1 that depend on `seed` alone. */
function dice(seed: number): () => number {
  let count = 0
  return () => hash('sha256', `${seed} ${count++}`, 'buffer').readUInt32LE() / 2 ** 32
}

async function killAgent(folder: string, random: () => number): Promise<void> {
  const board = await makeBoard(join(folder, 'disk'))
  await using _ = board.operator
  for (let kills = 1 + Math.floor(random() * 3); kills > 0; kills--) {
    const agent = board.start()
    await Promise.race([sleep(random() * whole), agent.ended])
    agent.child.kill('SIGKILL')
    const { code } = await agent.ended
    if (await expectSafe(board.disk)) return
    expect(code).not.toBe(0)
  }
  await expectNextRunToFinish(board)
}

/** The real server, which comes back knowing nothing. */
async function killServer(folder: string, random: () => number): Promise<void> {
  const { disk, operator, start } = await makeBoard(join(folder, 'disk'))
  await operator[Symbol.asyncDispose]()
  const serve = () => startServer(new URL(operator.origin).port)
  const agent = start()
  let kill = await serve()
  for (let kills = 1 + Math.floor(random() * 2); kills > 0; kills--) {
    await Promise.race([sleep(random() * whole), agent.ended])
    await kill()
    await expectSafe(disk)
    kill = await serve()
  }
  const { code, log } = await agent.ended
  await kill()
  expect(code, log).toBe(0)
  expect(await expectSafe(disk)).toBe(true)
}

async function startServer(port: string): Promise<() => Promise<void>> {
  const child = startCli(
    ...['serve', '--json', '--listen', '127.0.0.1', '--mode', 'tftp-address', '--tftp-port', '0'],
    ...['--http-port', port, '--image', raw, '--cache', join(dir, 'cache'), '--kernel', join(dir, 'Image')],
    ...['--board', 'pi-1=a1b2c3d4,2c:cf:67:00:00:01', '--flash', `pi-1=S1,${SIZE}`],
  )
  const lines = createInterface({ input: child.stdout! })
  const [line] = await once(lines, 'line')
  expect(JSON.parse(line)).toMatchObject({ type: 'listening' })
  return async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

async function cutDisk(folder: string, random: () => number): Promise<void> {
  const board = await makeBoard(join(folder, 'disk'))
  const { disk, operator } = board
  await using _ = operator
  const [when, length] = [random() * image.manifest.ranges.length, random() * image.manifest.size]
  let cut = false
  operator.interfere = async (path) => {
    if (cut || !path.startsWith('/images') || operator.served.length < Math.floor(when)) return undefined
    cut = true
    await truncate(disk, Math.floor(length))
    return undefined
  }
  const { code } = await board.start().ended
  expect(cut).toBe(true)
  await truncate(disk, SIZE)
  expect(await expectSafe(disk)).toBe(code === 0)
  if (code !== 0) await expectNextRunToFinish(board)
}

/** A sparse file on a file system that becomes full. */
async function fillDisk(folder: string, random: () => number, ctx: TestContext): Promise<void> {
  if (process.getuid?.() !== 0) ctx.skip('only root can mount a small file system')
  const mount = (options: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'homerack-crash', folder])
  // The image has 30 MiB of content.
  mount(`size=${Math.floor((1 + random() * 28) * 2 ** 20)}`)
  try {
    const board = await makeBoard(join(folder, 'disk'))
    await using _ = board.operator
    expect((await board.start().ended).code).toBe(1)
    expect(board.operator.events.at(-1)).toMatchObject({ type: 'failed', fault: { code: 'E_DISK_IO' } })
    expect(await expectSafe(board.disk)).toBe(false)
    mount('remount,size=1g')
    await expectNextRunToFinish(board)
  } finally {
    execFileSync('umount', [folder])
  }
}

/**
 * A disk may look bootable only if it equals the image. Otherwise its first block is still empty, or is the marker.
 * @returns whether it equals the image
 */
async function expectSafe(path: string): Promise<boolean> {
  await using disk = await openReadable(path)
  const first = await disk.readAt(0, 4096)
  if (isZero(first) || readMarker(first)) {
    expect(await inspectBootDisk(disk)).toMatchObject({ bootable: false })
    return false
  }
  await using wanted = await openReadable(raw)
  await expectDiskEqualsImage(disk, wanted)
  return true
}

async function expectNextRunToFinish({ disk, operator, start }: AgentBoard): Promise<void> {
  await using before = await openReadable(disk)
  const began = readMarker(await before.readAt(0, 4096))?.state === 'writing'
  const right = began ? await rightRanges(before, image.manifest) : []
  operator.served.length = 0
  const { code, log } = await start().ended
  expect(code, log).toBe(0)
  expect(operator.served.filter((at) => right.some((range) => range.start === at))).toEqual([])
  expect(await expectSafe(disk)).toBe(true)
}
