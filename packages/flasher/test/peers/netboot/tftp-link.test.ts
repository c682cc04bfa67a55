import { hash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer, type PeerName } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { seededBytes } from '../../netboot/bad-weather.ts'
import { type Host, type LinkWeather, type Network, noNetwork, openNetwork } from '../../support/network.ts'

// Foreign clients on a network of their own. They wait more than they work, so all go at once.
// HOMERACK_LONG=1: every client with each of its options also fetches all files, for about ten minutes.
const long = process.env.HOMERACK_LONG === '1'
vi.setConfig({ maxConcurrency: 40, ...(long && { testTimeout: 3_600_000 }) })

const small = [0, 511, 512, 1468 * 7]
/** The second has more than 65535 blocks, also of 1468 bytes. */
const large = [70_000_003, 140_000_011]

type Client = { peer: PeerName; how: string; args: (name: string, into: string) => string[] }
const server = '10.99.0.250'
const atftp = (option?: string): Client => ({
  peer: 'atftp',
  how: option ?? 'no options',
  args: (name, into) => [
    ...['--get', ...(option ? ['--option', option] : []), '-r', name, '-l', into, server, '6969'],
  ],
})
const busybox = (blksize?: string): Client => ({
  peer: 'busybox',
  how: blksize ? `blksize ${blksize}, tsize` : 'tsize',
  args: (name, into) => [
    ...['tftp', '-g', ...(blksize ? ['-b', blksize] : []), '-r', name, '-l', into, server, '6969'],
  ],
})
const curl = (blksize?: string): Client => ({
  peer: 'curl',
  how: blksize ? `blksize ${blksize}, tsize, timeout` : 'no options',
  args: (name, into) => [
    // curl 7.88 gives up on an empty file when it is told its size.
    ...(blksize && name !== 'file-0' ? ['--tftp-blksize', blksize] : ['--tftp-no-options']),
    ...['-sS', '-o', into, `tftp://${server}:6969/${name}`],
  ],
})
const hpa: Client = {
  peer: 'tftp-hpa',
  how: 'no options',
  args: (name, into) => ['-m', 'binary', server, '6969', '-c', 'get', name, into],
}
const clients: Readonly<Record<string, readonly Client[]>> = {
  hpa: [hpa],
  atftp: [atftp('windowsize 8'), atftp('blksize 1468'), atftp('tsize 0'), atftp('timeout 1'), atftp()],
  curl: [curl('1468'), curl('512'), curl()],
  busybox: [busybox('1428'), busybox()],
}

const weathers: Readonly<Record<string, LinkWeather>> = {
  'a clean link': {},
  '5 % lost': { lose: 20 },
  '20 % lost': { lose: 5 },
  'every fifth doubled': { double: 5 },
  'every fourth late': { delay: 4 },
  'doubled and late': { double: 3, delay: 4 },
}

const missing = noNetwork()
let folder: string
let network: Network
let operator: Host
let boards = 0
beforeAll(async () => {
  if (missing) return
  folder = await mkdtemp(join(tmpdir(), 'homerack-tftp-link-'))
  network = await openNetwork()
  operator = await network.host('operator', { address: `${server}/24` })
  const script = join(import.meta.dirname, '../../support/network-tftp-server.ts')
  const sizes = new Set([...small, 1468, 1468 * 2, ...large])
  await operator.startNode(script, [server, '6969', ...[...sizes].map(String)])
})
afterAll(async () => {
  if (missing) return
  await network.close()
  await rm(folder, { recursive: true })
})

/** A board of its own for each test, so that the link's counting is its own too. */
const connect = async (weather: LinkWeather) => {
  boards += 1
  const board = await network.host(`board${boards}`, { address: `10.99.0.${boards}/24` })
  return { board, link: await network.impair(operator, board, weather) }
}
const sums = new Map<number, string>()
const sumOf = (size: number): string => {
  const sum = sums.get(size) ?? hash('sha256', seededBytes(size))
  sums.set(size, sum)
  return sum
}

async function fetchWith(client: Client, board: Host, size: number): Promise<void> {
  const found = findPeer(client.peer)
  if ('missing' in found) throw new Error(found.missing)
  const into = join(folder, `${board.name}-${size}`)
  await run(board, found.path, client.args(`file-${size}`, into))
  const got = await readFile(into)
  expect([client.how, size, got.length, hash('sha256', got)]).toEqual([client.how, size, size, sumOf(size)])
  await rm(into)
}

/** atftp 0.8 aborts when an OACK comes twice, as it must where its ACK was lost. A person would ask again. */
async function run(board: Host, path: string, args: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await board.run(path, args))
    } catch (error) {
      if (attempt === 10 || !String(error).includes('unexpected OACK')) throw error
    }
  }
}

for (const [how, weather] of Object.entries(weathers)) {
  // curl asks for a timeout of 6 s, and then waits as long after each loss.
  const isSlow = weather.lose !== undefined && !long
  const sizes = isSlow ? [512, 1468 * 2] : small
  const otherSizes = isSlow ? [1468] : [1468 * 7]
  for (const [name, options] of Object.entries(clients)) {
    test.concurrent(`${name} fetches small files, ${how}`, async ({ skip, expect }) => {
      if (missing) return skip(missing)
      const { board, link } = await connect(weather)
      for (const [i, client] of options.entries()) {
        const found = findPeer(client.peer)
        if ('missing' in found) return skip(found.missing)
        for (const size of i === 0 || long ? sizes : otherSizes) await fetchWith(client, board, size)
      }
      expect((await link.met()) > 0).toBe(how !== 'a clean link')
    })
  }

  test.concurrent(`a client like a Pi probes and fetches small files, ${how}`, async ({ skip, expect }) => {
    if (missing) return skip(missing)
    const { board } = await connect(weather)
    const script = join(import.meta.dirname, '../../support/network-pi-client.ts')
    const { line } = await board.startNode(script, [server, '6969', ...sizes.map((size) => `file-${size}`)])
    expect(JSON.parse(line)).toEqual(sizes.map(sumOf))
  })
}

test.concurrent('another subnet is not answered, so that forged requests amplify nothing', async ({
  skip,
  expect,
}) => {
  const found = findPeer('curl')
  if (missing || 'missing' in found) return skip(missing ?? ('missing' in found ? found.missing : ''))
  const far = await network.host('far', { address: '10.98.0.9/24' })
  await far.run('ip', ['route', 'add', '10.99.0.0/24', 'dev', 'lan0'])
  await operator.run('ip', ['route', 'add', '10.98.0.0/24', 'dev', 'lan0'])
  const fetch = ['-sS', '-o', '/dev/null', `tftp://${server}:6969/file-0`, '--tftp-no-options']
  await expect(far.run(found.path, [...fetch, '-m', '4'])).rejects.toMatchObject({ code: 28 })
  await far.run('ip', ['addr', 'add', '10.99.0.200/24', 'dev', 'lan0'])
  await far.run('ip', ['route', 'replace', '10.99.0.0/24', 'dev', 'lan0', 'src', '10.99.0.200'])
  await far.run(found.path, fetch)
})

const rare = { lose: 20_000, double: 100 }
const big: readonly (readonly [string, Client, number, LinkWeather])[] = long
  ? Object.values(clients).flatMap((options) =>
      options.flatMap((client) => [
        ...large.map((size) => ['a clean link', client, size, {}] as const),
        ['some lost and doubled', client, 70_000_003, rare] as const,
      ]),
    )
  : [
      ['a clean link', curl('1468'), 140_000_011, {}],
      ['a clean link', atftp('windowsize 8'), 140_000_011, {}],
      ['some lost and doubled', hpa, 70_000_003, rare],
      ['some lost and doubled', busybox('1428'), 70_000_003, rare],
    ]
test.concurrent.for(
  big.map(([how, client, size, weather]) => ({ ...client, option: client.how, how, size, weather })),
)('$peer ($option) fetches $size bytes, $how', async ({ size, weather, ...client }, { skip }) => {
  const found = findPeer(client.peer)
  if (missing || 'missing' in found) return skip(missing ?? ('missing' in found ? found.missing : ''))
  const { board } = await connect(weather)
  await fetchWith(client, board, size)
})
