import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { seededBytes } from '../../../test/netboot/bad-weather.ts'
import { openUdp } from '../network/udp-socket.ts'
import { fetchFile } from './fetch-file.ts'
import { serveTftp, type TftpRequestEnd, type TftpServerOptions } from './serve-tftp.ts'
import { buildTftp, parseTftp, type TftpPacket } from './tftp-packet.ts'

const files = new Map<string, Uint8Array>([
  ['empty', new Uint8Array()],
  ['config.txt', Buffer.from('kernel=kernel_2712.img\n')],
  ['exact', seededBytes(1468 * 3)],
  ['kernel', seededBytes(300_000)],
])
const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

const serve = async (options: Partial<TftpServerOptions> = {}) => {
  const ends: TftpRequestEnd[] = []
  const onEnd = (end: TftpRequestEnd): void => void ends.push(end)
  const lookup = (name: string): Uint8Array | undefined => files.get(name)
  const patience = { firstMs: 60, mostMs: 120, tries: 5 }
  const server = await serveTftp({ address: '127.0.0.1', port: 0, lookup, onEnd, patience, ...options })
  cleanup.push(server.close)
  return { port: server.port, ends }
}

/** A client that sends what it is told and keeps what it gets. */
const script = async (from = '127.0.0.1') => {
  const socket = await openUdp('test', from, 0)
  cleanup.push(() => socket.close())
  const got: { packet: TftpPacket | undefined; port: number }[] = []
  socket.on('message', (bytes, { port }) => got.push({ packet: parseTftp(bytes), port }))
  const next = async (): Promise<{ packet: TftpPacket | undefined; port: number }> => {
    while (got.length === 0) await once(socket, 'message')
    return got.shift()!
  }
  const send = (packet: TftpPacket, port: number): void => socket.send(buildTftp(packet), port, '127.0.0.1')
  return { send, next, got, port: socket.address().port }
}
const rrq = (name: string, options: Record<string, string> = {}, mode = 'octet'): TftpPacket => ({
  kind: 'read',
  name,
  mode,
  options: new Map(Object.entries(options)),
})
const pi = { tsize: '0', blksize: '1468' }
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test.each([...files.keys()])('a Pi fetches %s whole, after a probe', async (name) => {
  const { port, ends } = await serve()
  const fetched = await fetchFile({ server: { address: '127.0.0.1', port }, name, probe: true })
  expect(fetched).toEqual({ kind: 'file', bytes: Buffer.from(files.get(name)!), confirmed: true })
  await vi.waitFor(() => expect(ends.map(({ outcome }) => outcome)).toEqual(['probed', 'sent']))
})

test('a missing file is refused at once', async () => {
  const { port, ends } = await serve()
  const fetched = await fetchFile({
    server: { address: '127.0.0.1', port },
    name: 'recovery.elf',
    probe: true,
  })
  expect(fetched).toEqual({ kind: 'error', code: 1, message: 'no such file' })
  expect(ends).toMatchObject([{ file: 'recovery.elf', outcome: 'missing' }])
})

test('a leading slash is no part of a name, and names are no paths', async () => {
  const { port } = await serve()
  const ask = (name: string) => fetchFile({ server: { address: '127.0.0.1', port }, name })
  expect(await ask('/config.txt')).toMatchObject({ kind: 'file' })
  expect(await ask('../config.txt')).toMatchObject({ kind: 'error', code: 1 })
})

test.each([
  ['netascii', rrq('config.txt', {}, 'netascii'), 4],
  ['a write', { ...rrq('config.txt'), kind: 'write' } as TftpPacket, 2],
])('%s is refused', async (_, packet, code) => {
  const { port } = await serve()
  const client = await script()
  client.send(packet, port)
  expect((await client.next()).packet).toMatchObject({ kind: 'error', code })
})

test('a request that comes twice starts one transfer, which offers twice', async () => {
  const { port, ends } = await serve({ patience: { firstMs: 60_000, mostMs: 60_000, tries: 2 } })
  const client = await script()
  client.send(rrq('config.txt', pi), port)
  const first = await client.next()
  client.send(rrq('config.txt', pi), port)
  const second = await client.next()
  expect([first.packet?.kind, second.packet?.kind]).toEqual(['oack', 'oack'])
  expect(second.port).toBe(first.port)
  client.send({ kind: 'ack', block: 0 }, first.port)
  expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 })
  client.send({ kind: 'ack', block: 1 }, first.port)
  await vi.waitFor(() => expect(ends).toMatchObject([{ outcome: 'sent' }]))
})

test('another request from the same port replaces the first', async () => {
  const { port, ends } = await serve()
  const client = await script()
  client.send(rrq('kernel', pi), port)
  const first = await client.next()
  client.send(rrq('config.txt', pi), port)
  let second = await client.next()
  while (second.port === first.port) second = await client.next()
  expect(ends).toMatchObject([{ file: 'kernel', outcome: 'replaced' }])
})

test('a late copy of a request disturbs nothing, and the same file can be asked for again', async () => {
  const { port, ends } = await serve({ patience: { firstMs: 60_000, mostMs: 60_000, tries: 2 } })
  const client = await script()
  client.send(rrq('config.txt', pi), port)
  const first = await client.next()
  client.send({ kind: 'ack', block: 0 }, first.port)
  expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 })
  client.send(rrq('config.txt', pi), port)
  const second = await client.next()
  expect(second.packet).toMatchObject({ kind: 'oack' })
  for (const transfer of [first.port, second.port]) {
    client.send({ kind: 'ack', block: 0 }, transfer)
    client.send({ kind: 'ack', block: 1 }, transfer)
  }
  await vi.waitFor(() => expect(ends.map(({ outcome }) => outcome)).toEqual(['sent', 'sent']))
})

test('strangers get ERROR 5 and do not disturb the transfer', async () => {
  const { port, ends } = await serve()
  const [client, stranger] = [await script(), await script()]
  client.send(rrq('config.txt', pi), port)
  const { port: transfer } = await client.next()
  stranger.send({ kind: 'ack', block: 0 }, transfer)
  expect((await stranger.next()).packet).toMatchObject({ kind: 'error', code: 5 })
  stranger.send({ kind: 'error', code: 0, message: 'stop' }, transfer)
  client.send({ kind: 'ack', block: 0 }, transfer)
  while (client.got.at(-1)?.packet?.kind !== 'data') await pause(5)
  client.send({ kind: 'ack', block: 1 }, transfer)
  await vi.waitFor(() => expect(ends).toMatchObject([{ outcome: 'sent' }]))
})

test('an ERROR is never answered, whoever sends it where', async () => {
  const { port, ends } = await serve()
  const [client, stranger] = [await script(), await script()]
  client.send(rrq('config.txt', pi), port)
  const { port: transfer } = await client.next()
  const error = { kind: 'error', code: 0, message: 'no' } as const
  stranger.send(error, port)
  stranger.send(error, transfer)
  // Answers come in order: if there were others, they would come before this one.
  stranger.send({ kind: 'ack', block: 7 }, transfer)
  expect((await stranger.next()).packet).toMatchObject({ kind: 'error', code: 5 })
  client.send(error, transfer)
  await vi.waitFor(() => expect(ends).toMatchObject([{ outcome: 'probed' }]))
  expect([client.got, stranger.got]).toEqual([[], []])
})

test('a port that no client uses is not answered: it would be another server', async ({ skip }) => {
  const { port } = await serve()
  const server = await openUdp('test', '127.0.0.9', 69).catch(() =>
    skip('port 69 needs root, and to be free'),
  )
  const got: unknown[] = []
  server.on('message', (bytes) => got.push(bytes))
  server.send(buildTftp(rrq('config.txt', pi)), port, '127.0.0.1')
  const client = await script('127.0.0.9')
  client.send(rrq('config.txt', pi), port)
  expect((await client.next()).packet).toMatchObject({ kind: 'oack' })
  server.close()
  expect(got).toEqual([])
})

test('a file that changes between probe and transfer is sent as it was when it was asked for', async () => {
  const versions = [Buffer.alloc(5000, 'a'), Buffer.alloc(9000, 'b'), Buffer.alloc(100, 'c')]
  const { port } = await serve({ lookup: () => versions.shift() })
  const server = { address: '127.0.0.1', port }
  const fetched = await fetchFile({ server, name: 'config.txt', probe: true })
  expect(fetched).toMatchObject({ kind: 'file', bytes: Buffer.alloc(9000, 'b') })
})

test('repeated ACKs do not repeat data', async () => {
  const { port } = await serve({ patience: { firstMs: 60_000, mostMs: 60_000, tries: 2 } })
  const client = await script()
  client.send(rrq('exact', pi), port)
  const { port: transfer } = await client.next()
  for (let i = 0; i < 5; i++) client.send({ kind: 'ack', block: 0 }, transfer)
  client.send({ kind: 'ack', block: 1 }, transfer)
  for (let i = 0; i < 5; i++) client.send({ kind: 'ack', block: 1 }, transfer)
  client.send({ kind: 'ack', block: 2 }, transfer)
  client.send({ kind: 'ack', block: 3 }, transfer)
  const blocks = [await client.next(), await client.next(), await client.next(), await client.next()]
  expect(blocks.map(({ packet }) => packet?.kind === 'data' && packet.block)).toEqual([1, 2, 3, 4])
  expect(client.got).toEqual([])
})

test('unanswered data is repeated some times, then given up', async () => {
  const { port, ends } = await serve({ patience: { firstMs: 5, mostMs: 10, tries: 3 } })
  const client = await script()
  client.send(rrq('kernel'), port)
  await vi.waitFor(() => expect(ends).toMatchObject([{ outcome: 'abandoned' }]))
  expect(client.got.map(({ packet }) => packet)).toMatchObject(Array(3).fill({ kind: 'data', block: 1 }))
})

test('garbage is not answered', async () => {
  const { port } = await serve()
  const client = await script()
  const socket = await openUdp('test', '127.0.0.1', 0)
  cleanup.push(() => socket.close())
  for (const bytes of ['', '\0\x01', '\0\x01name', '\0\x03\0\x01data', '\xff\xff\0\0']) {
    socket.send(Buffer.from(bytes, 'latin1'), port, '127.0.0.1')
  }
  client.send(rrq('config.txt'), port)
  expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 })
})

test('too many requests are not answered, and later ones are', async () => {
  let now = 0
  const { port, ends } = await serve({ rate: { burst: 2, perSecond: 1 }, now: () => now })
  const server = { address: '127.0.0.1', port }
  const ask = (name: string) =>
    fetchFile({ server, name, timeoutMs: 40 }).catch((error: Error) => error.message)
  await ask('a')
  await ask('b')
  expect(await ask('c')).toContain('E_TFTP_TIMEOUT')
  expect(ends).toHaveLength(2)
  now = 1000
  expect(await ask('d')).toMatchObject({ code: 1 })
})

test('a client that opens too many transfers loses its oldest; others are not touched', async () => {
  const { port, ends } = await serve({ most: { all: 3, perClient: 2 } })
  const [one, two, three] = [await script(), await script(), await script()]
  const other = await script('127.0.0.2')
  other.send(rrq('kernel', pi), port)
  await other.next()
  one.send(rrq('kernel', pi), port)
  await one.next()
  two.send(rrq('exact', pi), port)
  await two.next()
  three.send(rrq('config.txt', pi), port)
  expect((await three.next()).packet).toMatchObject({ kind: 'oack' })
  expect(ends).toMatchObject([{ file: 'kernel', client: '127.0.0.1', outcome: 'replaced' }])
})

test('closing stops transfers and frees the port', async () => {
  const { port, ends } = await serve()
  const client = await script()
  client.send(rrq('kernel', pi), port)
  await client.next()
  await cleanup.shift()?.()
  await vi.waitFor(() => expect(ends).toMatchObject([{ outcome: 'stopped' }]))
  const again = await openUdp('test', '127.0.0.1', port)
  again.close()
})

test('the fetch ends in time, when told to stop, and before a file that does not fit', async () => {
  const { port } = await serve()
  const silent = await script()
  const server = { address: '127.0.0.1', port: silent.port }
  await expect(fetchFile({ server, name: 'a', timeoutMs: 30, repeatMs: 10 })).rejects.toThrow(
    'no answer at all',
  )
  expect(silent.got.length).toBeGreaterThan(1)
  await expect(fetchFile({ server, name: 'a', signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout')
  const small = fetchFile({ server: { address: '127.0.0.1', port }, name: 'kernel', most: 1000 })
  await expect(small).rejects.toThrow('E_TFTP_TOO_LARGE')
})
