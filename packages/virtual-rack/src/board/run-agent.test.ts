import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { rackSpec } from '../../test/fixtures/rack-spec.ts'
import { until } from '../../test/fixtures/until.ts'
import { createConsole } from './console.ts'
import { killLeftoverAgent, runAgent } from './run-agent.ts'

const [board] = rackSpec(1).boards
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function serve(program: string): Promise<{ cmdline: string; url: string }> {
  const server = createServer((_, response) => response.end(program))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent.mjs`
  const sha256 = createHash('sha256').update(program).digest('hex')
  return { url, cmdline: `console=tty1 homerack.agent=${url} homerack.agent.sha256=${sha256}` }
}

const run = (cmdline: string, signal = new AbortController().signal) =>
  runAgent({
    board: board!,
    cmdline,
    folder,
    disk: { path: '/dev/null', serial: 'S1', writable: undefined },
    console: createConsole(join(folder, 'console.log'), () => new Date()),
    signal,
  })

test('the agent gets command line and board, and its words reach the console', async () => {
  const { cmdline } = await serve(`
    import { readFileSync } from 'node:fs'
    const option = (name) => readFileSync(process.argv[process.argv.indexOf(name) + 1], 'utf8')
    console.log(option('--cmdline').split(' ')[0], JSON.parse(option('--board')).disks[0].serial)
    process.exit(7)`)
  expect(await run(cmdline)).toEqual({ exit: 7 })
  expect(await readFile(join(folder, 'console.log'), 'utf8')).toContain('console=tty1 S1')
  expect(existsSync(join(folder, 'agent.pid'))).toBe(false)
})

test('an agent with another hash, or none at all, does not run', async () => {
  const { cmdline, url } = await serve('process.exit(0)')
  expect(await run(cmdline.replace(/sha256=../, 'sha256=00'))).toMatchObject({
    failed: expect.stringContaining('sha256'),
  })
  expect(await run('console=tty1')).toMatchObject({
    failed: expect.stringContaining('names no homerack.agent'),
  })
  expect(await run(cmdline.replaceAll(url, 'http://127.0.0.1:9/x'))).toHaveProperty('failed')
})

test('without power it dies at once', async () => {
  const { cmdline } = await serve(`import { writeFileSync } from 'node:fs'
    writeFileSync('${join(folder, 'pid')}', String(process.pid))
    setInterval(() => {}, 1000)`)
  const power = new AbortController()
  const running = run(cmdline, power.signal)
  await until('the agent', () => existsSync(join(folder, 'pid')))
  power.abort()
  await expect(running).rejects.toThrow(/abort/i)
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
  expect(() => process.kill(pid, 0)).toThrow()
})

test('an agent left over from a killed rack is ended, and nobody else', async () => {
  const program = join(folder, 'agent.mjs')
  await writeFile(program, 'setInterval(() => {}, 1000)')
  const ours = spawn(process.execPath, [program])
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => void other.kill())
  for (const { pid } of [other, ours]) {
    await writeFile(join(folder, 'agent.pid'), String(pid))
    killLeftoverAgent(folder)
    expect(existsSync(join(folder, 'agent.pid'))).toBe(false)
  }
  await until('its end', () => ours.signalCode === 'SIGKILL')
  expect(other.signalCode).toBeNull()
  killLeftoverAgent(folder)
})
