import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { faultsOf } from '@homerack/errors'
import { z } from 'zod'
import type { RackStatus } from './rack-status.ts'

/** What the control socket can ask of a rack. Methods throw FaultError for a request that makes no sense. */
export type RackControl = {
  status(): RackStatus
  power(board: string, on: boolean): void
  changeFaults(change: { add: string[]; remove: string[] }): void
  stop(): void
}

export type ControlApi = { close(): Promise<void> }

const powerBody = z.strictObject({ on: z.boolean() })
const faultsBody = z.strictObject({
  add: z.array(z.string()).default([]),
  remove: z.array(z.string()).default([]),
})
const largestBody = 64 * 1024

/**
 * Serves the control API on a unix socket: who may open the socket may do everything.
 *
 * `onHold` is called with the number of open holds whenever it changes.
 */
export async function serveControlApi(
  path: string,
  control: RackControl,
  onHold: (holders: number) => void,
): Promise<ControlApi> {
  const holds = new Set<ServerResponse>()
  const hold = (response: ServerResponse) => {
    holds.add(response)
    onHold(holds.size)
    response.on('close', () => {
      holds.delete(response)
      onHold(holds.size)
    })
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
  }
  const server = createServer(async (request, response) => {
    if (request.url === '/hold') return hold(response)
    const { status, body } = await answer(control, request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
  })
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(path, resolve)
  })
  const close = async () => {
    for (const each of holds) each.end()
    await new Promise((resolve) => server.close(resolve))
  }
  return { close }
}

type Answer = { status: number; body?: unknown }

async function answer(control: RackControl, request: IncomingMessage): Promise<Answer> {
  try {
    return await route(control, request)
  } catch (error) {
    const faults = faultsOf(error)
    if (faults) return { status: 400, body: { error: faults.map(({ cause }) => cause).join('; ') } }
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return {
        status: 400,
        body: { error: error instanceof z.ZodError ? z.prettifyError(error) : error.message },
      }
    }
    throw error
  }
}

async function route(control: RackControl, request: IncomingMessage): Promise<Answer> {
  const asked = `${request.method} ${request.url}`
  if (asked === 'GET /status') return { status: 200, body: control.status() }
  if (asked === 'POST /stop') {
    control.stop()
    return { status: 204 }
  }
  if (asked === 'POST /faults') {
    control.changeFaults(faultsBody.parse(await bodyOf(request)))
    return { status: 204 }
  }
  const board = /^POST \/boards\/([^/]+)\/power$/.exec(asked)?.[1]
  if (board === undefined) return { status: 404, body: { error: `there is no ${asked}` } }
  control.power(decodeURIComponent(board), powerBody.parse(await bodyOf(request)).on)
  return { status: 204 }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > largestBody) throw new SyntaxError('the body is too large')
    chunks.push(chunk as Buffer)
  }
  return JSON.parse(Buffer.concat(chunks).toString())
}
