import { execFile, execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The steps of the first program, each by itself, in busybox's shell with busybox's tools, as on a board.

const init = join(import.meta.dirname, '../../../agent-linux/init')
const agent = 'console.log("the agent")'
const busybox = findPeer('busybox')
const server = createServer((request, response) =>
  request.url === '/agent.mjs' ? response.end(agent) : response.writeHead(404).end(),
)
let dir: string
let origin: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-init-'))
  if ('path' in busybox) execFileSync(busybox.path, ['--install', '-s', dir])
  await once(server.listen(0, '127.0.0.1'), 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await rm(dir, { recursive: true })
})

/** Runs a line with the functions of the script at hand, and a kernel command line in place of this machine's. */
async function run(line: string, cmdline: string): Promise<{ code: number; out: string }> {
  const [functions = ''] = (await readFile(init, 'utf8')).split('/bin/busybox --install')
  const own = functions.replace('export PATH=/bin', `export PATH=${dir}`)
  const script = `${own}\ncat() { echo "${cmdline}"; }\n${line}`
  return new Promise((resolve) => {
    execFile('path' in busybox ? busybox.path : '', ['sh', '-c', script], { cwd: dir }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    )
  })
}

const cmdline = (sha256: string, path = 'agent.mjs') =>
  `console=tty1 homerack.agent=${origin}/${path} homerack.agent.sha256=${sha256} homerack.operator=${origin}`

test('a word of the kernel command line: the last one, whole', async (ctx) => {
  if ('missing' in busybox) return ctx.skip(busybox.missing)
  const line = `x.homerack.operator=no ${cmdline('a')} homerack.operator=http://10.0.0.1:1/?a=b`
  expect(await run('word homerack.operator', line)).toEqual({ code: 0, out: 'http://10.0.0.1:1/?a=b\n' })
  expect(await run('word homerack.runtime', line)).toEqual({ code: 0, out: '\n' })
})

test('a file is kept only if it has the SHA-256 that was named', async (ctx) => {
  if ('missing' in busybox) return ctx.skip(busybox.missing)
  const right = await run('fetch agent right.mjs', cmdline(hash('sha256', agent)))
  expect(right).toEqual({ code: 0, out: '' })
  expect(await readFile(join(dir, 'right.mjs'), 'utf8')).toBe(agent)
  const wrong = await run('fetch agent wrong.mjs', cmdline(hash('sha256', 'another')))
  expect(wrong).toEqual({ code: 1, out: `flash linux: ${origin}/agent.mjs has another SHA-256\n` })
  expect(existsSync(join(dir, 'wrong.mjs'))).toBe(false)
  const none = await run('fetch agent none.mjs', cmdline(hash('sha256', agent), 'none'))
  expect(none.code).toBe(1)
  expect(none.out).toContain(`${origin}/none cannot be fetched`)
  expect(existsSync(join(dir, 'none.mjs'))).toBe(false)
})
