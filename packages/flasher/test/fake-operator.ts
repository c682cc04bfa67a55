import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AgentEvent,
  type Assignment,
  type FramedImage,
  type Inventory,
  parseAgentEvents,
  parseInventory,
} from '../src/index.ts'

/** The operator's side of the agent protocol, as small as it can be, with places to interfere. */
export type FakeOperator = AsyncDisposable & {
  readonly origin: string
  readonly inventories: Inventory[]
  readonly events: AgentEvent[]
  /** Starts of the ranges that were asked for. */
  readonly served: number[]
  assignment: Omit<Assignment, 'url'> | undefined
  /** Answers instead of the operator: a status, or undefined to let it answer. */
  interfere: (path: string, method: string) => number | undefined | Promise<number | undefined>
}

export async function startOperator(image: FramedImage, port = 0): Promise<FakeOperator> {
  const server = createServer(async (request, response) => {
    const { url = '', method = '' } = request
    const answer = (status: number, body = '') => response.writeHead(status).end(body)
    const status = await operator.interfere(url, method)
    if (status) return answer(status)
    if (url.endsWith('/inventory')) {
      operator.inventories.push(parseInventory(await readJson(request)))
      return answer(204)
    }
    if (url.endsWith('/events')) {
      operator.events.push(...parseAgentEvents(await readJson(request)))
      return answer(204)
    }
    if (url.endsWith('/assignment')) {
      if (!operator.assignment) return answer(204)
      return answer(200, JSON.stringify({ ...operator.assignment, url: `${operator.origin}/images/x` }))
    }
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const range = image.manifest.ranges.find(({ frame }) => frame.offset === Number(start))
    operator.served.push(range?.start ?? -1)
    response.writeHead(206, { 'content-length': Number(end) - Number(start) + 1 })
    createReadStream(image.path, { start: Number(start), end: Number(end) }).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const operator: FakeOperator = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inventories: [],
    events: [],
    served: [],
    assignment: undefined,
    interfere: () => undefined,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return operator
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  return JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'))
}
