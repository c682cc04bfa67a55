import { hash } from 'node:crypto'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  agentBundlePath,
  type FramedImage,
  imageDigest,
  inspectBootDisk,
  openReadable,
} from '../src/index.ts'
import { makeAgentBoard, startAgent } from './agent-board.ts'
import { expectDiskEqualsImage, rightRanges } from './compare-disk.ts'
import { type FakeOperator, startOperator } from './fake-operator.ts'
import { makeSmallImage } from './stand-in.ts'

const TB = 1_000_204_886_016
let dir: string
let raw: string
let image: FramedImage
let total: number
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-agent-'))
  const made = await makeSmallImage(dir)
  raw = made.raw
  image = made.framed
  total = image.manifest.ranges.reduce((sum, { length }) => sum + length, 0)
})
afterAll(() => rm(dir, { recursive: true }))

let boards = 0
const setUp = ({ serial = 'S1' }: { serial?: string } = {}) =>
  makeAgentBoard(join(dir, `board-${boards++}`), { image, size: TB, planned: serial })

const typesOf = (operator: FakeOperator) => operator.events.map(({ type }) => type)

test('inventory, assignment, progress, flashed, exit 0; the disk equals the image', async () => {
  const { disk, operator, start } = await setUp()
  await using _ = operator
  const { code, log } = await start().ended
  expect(code, log).toBe(0)
  expect(operator.inventories[0]).toEqual({
    serial: 'a1b2c3d4',
    revision: 'e04171',
    mac: '2c:cf:67:00:00:01',
    memory: 16e9,
    agent: hash('sha256', await readFile(agentBundlePath())),
    disks: [
      {
        device: disk,
        model: 'File',
        serial: 'S1',
        size: TB,
        sectorSize: 512,
        readOnly: false,
        content: { kind: 'empty' },
      },
    ],
  })
  expect(operator.events.at(-1)).toMatchObject({
    type: 'flashed',
    assignment: 'a-1',
    image: image.manifest.sha256,
    written: total,
    skipped: 0,
    sha256: imageDigest(image.manifest.ranges),
  })
  expect(typesOf(operator)).toContain('progress')
  await using found = await openReadable(disk)
  await using wanted = await openReadable(raw)
  await expectDiskEqualsImage(found, wanted)
})

describe('SIGKILL, then started again', () => {
  /** Each place is a request during which the agent is killed. */
  test.each<[string, (path: string, served: number) => boolean]>([
    ['before its first range', (path, served) => path.startsWith('/images') && served === 0],
    ['after two ranges', (path, served) => path.startsWith('/images') && served === 2],
    ['after five ranges', (path, served) => path.startsWith('/images') && served === 5],
    [
      'at its last range but the head',
      (path, served) => path.startsWith('/images') && served === bodyCount() - 1,
    ],
    ['before it writes the head', (path, served) => path.startsWith('/images') && served === bodyCount()],
  ])('%s: the disk does not boot, the next run finishes it', async (_, isPlace) => {
    const { disk, operator, start } = await setUp()
    await using _operator = operator
    const first = start()
    operator.interfere = async (path) => {
      if (isPlace(path, operator.served.length)) first.child.kill('SIGKILL')
      return undefined
    }
    expect((await first.ended).signal).toBe('SIGKILL')
    await using found = await openReadable(disk)
    expect((await inspectBootDisk(found)).bootable).toBe(false)
    const right = await rightRanges(found, image.manifest)

    operator.interfere = () => undefined
    operator.served.length = 0
    const { code, log } = await start().ended
    expect(code, log).toBe(0)
    expect(operator.inventories.at(-1)?.disks[0]?.content).toEqual({
      kind: 'interrupted',
      image: image.manifest.sha256,
    })
    const flashed = operator.events.findLast((event) => event.type === 'flashed')
    const skipped = right.reduce((sum, { length }) => sum + length, 0)
    expect(flashed).toMatchObject({
      skipped,
      written: total - skipped,
      sha256: imageDigest(image.manifest.ranges),
    })
    expect(operator.served.filter((at) => right.some(({ start }) => start === at))).toEqual([])
    await using wanted = await openReadable(raw)
    await expectDiskEqualsImage(found, wanted)
  })
})

const bodyCount = () => image.manifest.ranges.filter(({ start }) => start >= 1024 * 1024).length

describe('the operator', () => {
  test('dies while the agent works, and comes back knowing nothing', async () => {
    const { disk, operator, start } = await setUp()
    const agent = start()
    const died = new Promise<void>((resolve) => {
      operator.interfere = (path) => {
        if (path.startsWith('/images') && operator.served.length === 3) resolve()
        return undefined
      }
    })
    await died
    await operator[Symbol.asyncDispose]()
    await using next = await startOperator(image, Number(new URL(operator.origin).port))
    const { code, log } = await agent.ended
    expect(code, log).toBe(0)
    expect(typesOf(next)).toContain('flashed')
    await using found = await openReadable(disk)
    expect((await inspectBootDisk(found)).bootable).toBe(true)
  })

  test('does not know the board at first, and later has forgotten its inventory', async () => {
    const { operator, start } = await setUp()
    await using _ = operator
    const asked: string[] = []
    operator.interfere = (path, method) => {
      asked.push(`${method} ${path.split('/').at(-1)}`)
      if (path.endsWith('inventory') && asked.length <= 2) return 403
      if (path.endsWith('assignment') && operator.inventories.length === 1) return 404
      return undefined
    }
    const { code, log } = await start().ended
    expect(code, log).toBe(0)
    expect(log).toContain('the operator does not know board a1b2c3d4')
    expect(operator.inventories.length).toBeGreaterThanOrEqual(2)
  })

  test('answers 503 to some ranges', async () => {
    const { operator, start } = await setUp()
    await using _ = operator
    let count = 0
    operator.interfere = (path) => (path.startsWith('/images') && count++ % 2 === 0 ? 503 : undefined)
    const { code, log } = await start().ended
    expect(code, log).toBe(0)
  })
})

describe('failures are reported, then exit 1', () => {
  test('a disk that is not the planned one', async () => {
    const { disk, operator, start } = await setUp({ serial: 'S2' })
    await using _ = operator
    const { code } = await start().ended
    expect(code).toBe(1)
    expect(operator.events).toMatchObject([
      { type: 'failed', assignment: 'a-1', fault: { code: 'E_DISK_SERIAL' } },
    ])
    await using found = await openReadable(disk)
    expect((await found.readAt(0, 4096)).every((byte) => byte === 0)).toBe(true)
  })

  test('a disk that is not empty is left alone, unless erasing was agreed to', async () => {
    const { disk, operator, start } = await setUp()
    await using _ = operator
    await using file = await open(disk, 'r+')
    await file.write('XFSB', 0)
    expect((await start().ended).code).toBe(1)
    expect(operator.events).toMatchObject([{ type: 'failed', fault: { code: 'E_DISK_NOT_EMPTY' } }])
    await using found = await openReadable(disk)
    expect((await found.readAt(0, 4)).toString()).toBe('XFSB')

    operator.assignment = operator.assignment && { ...operator.assignment, erase: true }
    expect((await start().ended).code).toBe(0)
  })

  test('an image whose frames are not what its manifest says', async () => {
    const { operator, start } = await setUp()
    await using _ = operator
    const ranges = image.manifest.ranges.map((range) => ({ ...range, sha256: 'f'.repeat(64) }))
    operator.assignment = operator.assignment && {
      ...operator.assignment,
      image: { ...image.manifest, ranges },
    }
    expect((await start().ended).code).toBe(1)
    expect(operator.events.at(-1)).toMatchObject({ type: 'failed', fault: { code: 'E_IMAGE_RANGE' } })
  })
})

test.each([
  ['no operator', 'console=tty0\n', /E_AGENT_CMDLINE/],
  ['no http address', 'homerack.operator=ftp://x\n', /E_AGENT_CMDLINE/],
])('a kernel command line with %s: exit 2', async (_, cmdline, message) => {
  const folder = join(dir, `cmdline-${boards++}`)
  await writeFile(`${folder}.cmdline`, cmdline)
  await writeFile(`${folder}.json`, '{}')
  const { code, log } = await startAgent(folder).ended
  expect(code).toBe(2)
  expect(log).toMatch(message)
})
