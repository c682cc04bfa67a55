import { createHash } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '@homerack/errors'
import type { RackStatus } from './rack-status.ts'

/** A rack process, seen through its control socket. Every method throws E_RACK_GONE if the process has gone. */
export type RackClient = {
  status(): Promise<RackStatus>
  /** Turns a board's power on or off, as at the wall. */
  power(board: string, on: boolean): Promise<void>
  /** Adds and removes faults by name. @throws FaultError E_RACK_REQUEST for an unknown name. */
  faults(change: { add?: string[]; remove?: string[] }): Promise<void>
  /** Turns everything off, writes what must be kept, and waits until the process has ended. */
  stop(): Promise<void>
  /** Keeps the process alive while the returned handle is open. */
  hold(): Promise<{ release(): void; gone: Promise<void> }>
}

/** Linux takes socket names of at most 107 bytes. */
const longestSocketName = 107

/** The control socket of the rack whose state is in `dir`: in that folder, unless its name is too long for one. */
export function controlSocket(dir: string): string {
  const path = join(resolve(dir), 'control.sock')
  if (Buffer.byteLength(path) <= longestSocketName) return path
  return join(tmpdir(), `homerack-${createHash('sha256').update(path).digest('hex').slice(0, 32)}.sock`)
}

export function connectRack(options: { dir: string }): RackClient {
  const socketPath = controlSocket(options.dir)
  const call = (method: string, path: string, body?: unknown) => ask({ socketPath, method, path }, body)
  return {
    status: async () => (await call('GET', '/status')) as RackStatus,
    power: async (board, on) => {
      await call('POST', `/boards/${encodeURIComponent(board)}/power`, { on })
    },
    faults: async (change) => {
      await call('POST', '/faults', change)
    },
    stop: async () => {
      const { pid } = (await call('GET', '/status')) as RackStatus
      await call('POST', '/stop')
      while (isAlive(pid)) await sleep(20)
    },
    hold: () => hold(socketPath),
  }
}

type Target = { socketPath: string; method: string; path: string }

async function ask(target: Target, body?: unknown): Promise<unknown> {
  const response = await send(target, body)
  const text = await textOf(response)
  if (response.statusCode === 204) return undefined
  const answer: unknown = text === '' ? undefined : JSON.parse(text)
  if (response.statusCode === 200) return answer
  const cause = (answer as { error?: string } | undefined)?.error ?? `status ${response.statusCode}`
  throw new FaultError({ code: 'E_RACK_REQUEST', subject: `${target.method} ${target.path}`, cause })
}

function send(target: Target, body?: unknown): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const payload = body === undefined ? '' : JSON.stringify(body)
  const outgoing = request(
    {
      ...target,
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
    },
    resolve,
  )
  outgoing.on('error', (cause) => reject(gone(target.socketPath, cause)))
  outgoing.end(payload)
  return promise
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function hold(socketPath: string): Promise<{ release(): void; gone: Promise<void> }> {
  const response = await send({ socketPath, method: 'GET', path: '/hold' })
  const ended = Promise.withResolvers<void>()
  response.on('close', () => ended.resolve())
  response.on('error', () => ended.resolve())
  response.resume()
  return { release: () => response.destroy(), gone: ended.promise }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function gone(socketPath: string, cause: Error): FaultError {
  return new FaultError(
    {
      code: 'E_RACK_GONE',
      subject: socketPath,
      cause: `no rack process answers (${(cause as NodeJS.ErrnoException).code ?? cause.message})`,
      hint: 'Start it again: its boards boot from their disks.',
    },
    { cause },
  )
}
