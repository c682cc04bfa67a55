import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer, type PeerName } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveTftp, type TftpServer } from '../../../src/netboot/index.ts'
import { seededBytes } from '../../netboot/bad-weather.ts'

const run = promisify(execFile)

/** 5 MB, no multiple of a block; and more than 65535 blocks of 512 bytes, so that block numbers roll over. */
const sizes = [0, 511, 512, 1468 * 7, 5_000_011, 65_540 * 512 + 7]

type Client = { peer: PeerName; how: string; args: (name: string, into: string, port: string) => string[] }
const clients: Client[] = [
  {
    peer: 'tftp-hpa',
    how: 'no options',
    args: (name, into, port) => ['-m', 'binary', '127.0.0.1', port, '-c', 'get', name, into],
  },
  {
    peer: 'atftp',
    how: 'blksize 1468',
    args: (name, into, port) => atftp(name, into, port, 'blksize 1468'),
  },
  { peer: 'atftp', how: 'windowsize 8', args: (name, into, port) => atftp(name, into, port, 'windowsize 8') },
  {
    peer: 'curl',
    how: 'blksize 512, tsize, timeout',
    // curl 7.88 gives up on an empty file when it is told its size.
    args: (name, into, port) => [
      ...(name === 'file-0' ? ['--tftp-no-options'] : ['--tftp-blksize', '512']),
      ...['-sS', '-o', into, `tftp://127.0.0.1:${port}/${name}`],
    ],
  },
  {
    peer: 'busybox',
    how: 'blksize 1428, tsize',
    args: (name, into, port) => ['tftp', '-g', '-b', '1428', '-r', name, '-l', into, '127.0.0.1', port],
  },
]

function atftp(name: string, into: string, port: string, option: string): string[] {
  return ['--get', '--option', option, '-r', name, '-l', into, '127.0.0.1', port]
}

let folder: string
let server: TftpServer
const files = new Map(sizes.map((size) => [`file-${size}`, seededBytes(size)]))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-tftp-'))
  server = await serveTftp({ address: '127.0.0.1', port: 0, lookup: (name) => files.get(name) })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

for (const { peer, how, args } of clients) {
  test.for([...files])(`${peer} (${how}) fetches %s`, async ([name, bytes], { skip }) => {
    const found = findPeer(peer)
    if ('missing' in found) return skip(found.missing)
    const into = join(folder, `${peer}-${name}`)
    await run(found.path, args(name, into, String(server.port)))
    expect((await readFile(into)).equals(bytes)).toBe(true)
    await rm(into)
  })
}
