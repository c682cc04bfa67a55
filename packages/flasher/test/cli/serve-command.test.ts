import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchFile } from '../../src/index.ts'
import { makeSmallImage } from '../stand-in.ts'
import { runCli, startCli } from './run-cli.ts'

let dir: string
let common: string[]
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-serve-'))
  const { raw } = await makeSmallImage(dir)
  const kernel = Buffer.alloc(4096)
  kernel.write('ARM\x64', 56, 'latin1')
  await writeFile(join(dir, 'Image'), kernel)
  common = [
    ...['serve', '--listen', '127.0.0.1', '--image', raw, '--kernel', join(dir, 'Image')],
    ...['--tftp-port', '0', '--dhcp-port', '0', '--http-port', '0', '--cache', join(dir, 'cache')],
  ]
})
afterAll(() => rm(dir, { recursive: true }))

const board = ['--board', 'pi-1=a1b2c3d4,2c:cf:67:00:00:01']

test('serve boots and arms the board it was told of, until it is stopped', async () => {
  const capture = join(dir, 'seen.pcap')
  const flash = ['--flash', 'pi-1=S6XNNS0W103,1000204886016', '--capture', capture, '--json']
  const child = startCli(...common, ...board, ...flash)
  try {
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    const { ports } = JSON.parse((await lines.next()).value ?? '')
    const file = (name: string) => fetchFile({ server: { address: '127.0.0.1', port: ports.tftp }, name })
    expect(await file('a1b2c3d4/config.txt')).toMatchObject({ kind: 'file' })
    expect(await file('00000000/config.txt')).toMatchObject({ kind: 'error', code: 1 })
    const boards = `http://127.0.0.1:${ports.http}/boards/a1b2c3d4`
    const post = (body: unknown) =>
      fetch(`${boards}/inventory`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const inventory = {
      serial: 'a1b2c3d4',
      revision: 'd04170',
      mac: '2c:cf:67:00:00:01',
      memory: 1,
      disks: [],
    }
    expect((await post({ ...inventory, agent: 'a'.repeat(64) })).status).toBe(204)
    const assignment = await (await fetch(`${boards}/assignment`)).json()
    expect(assignment).toMatchObject({ disk: { serial: 'S6XNNS0W103', size: 1000204886016 }, erase: false })
  } finally {
    child.kill('SIGINT')
  }
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  expect((await stat(capture)).size).toBeGreaterThan(24)
})

test('the built command serves too, as far as its first fault', async ({ skip }) => {
  const built = join(import.meta.dirname, '../../dist/cli.js')
  if (!existsSync(built)) return skip('not built: npm run build')
  const run = promisify(execFile)(process.execPath, [built, ...common, ...board, '--listen', '192.0.2.1'])
  await expect(run).rejects.toThrow('E_ADDRESS_NOT_HERE')
})

test.each([
  ['a board without a MAC', ['--board', 'pi-1=a1b2c3d4'], /E_OPTION/],
  ['a disk for a board that is not there', [...board, '--flash', 'pi-2=S1,5'], /E_OPTION .*pi-2/],
  ['a disk without a size', [...board, '--flash', 'pi-1=S1'], /E_OPTION/],
  ['an unknown kind of PXE client', [...board, '--pxe-file', 'sparc=x'], /E_OPTION/],
  ['an address that is not here', [...board, '--listen', '192.0.2.1'], /E_ADDRESS_NOT_HERE/],
  ['a kernel that is none', [...board, '--kernel', '/dev/null'], /E_KERNEL/],
  ['an unknown mode', [...board, '--mode', 'bootp'], /proxy-dhcp/],
  ['leases without a network', [...board, '--mode', 'dhcp'], /E_DHCP_LEASES/],
  ['a network that is none', [...board, '--mode', 'dhcp', '--network', '10.0.0.0/40'], /E_OPTION/],
  ['a board without an address', [...board, '--mode', 'dhcp', '--network', '10.0.0.0/24'], /no address/],
])('serve refuses %s', async (_, args, expected) => {
  const { code, err } = await runCli(...common, ...args)
  expect([code, err]).toEqual([1, expect.stringMatching(expected)])
  expect(err).not.toMatch(/^ +at /m)
})

test('doctor looks at ports and addresses, and fails where one cannot be had', async () => {
  const ports = ['--tftp-port', '0', '--dhcp-port', '0', '--http-port', '0', '--wait', '0', '--json']
  const fine = await runCli('doctor', '--listen', '127.0.0.1', ...ports)
  const checks = fine.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(checks.map(({ what }) => what)).toEqual([
    'addresses',
    'TFTP port 0/udp',
    'DHCP port 0/udp',
    'HTTP port 0/tcp',
    'DHCP servers',
    'spanning tree',
  ])
  expect(fine.code).toBe(0)
  const wrong = await runCli('doctor', '--listen', '192.0.2.1', ...ports)
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringMatching(/E_ADDRESS_NOT_HERE/)])
})
