import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FaultError, faultsOf } from '@homerack/errors'
import { parseAgentEvents, parseInventory } from '../../protocol/index.ts'
import type { AllowedBoard, AllowList } from '../boards/allow-list.ts'
import type { BoardRegistry } from '../boards/board-registry.ts'
import type { UnknownBoard } from '../netboot-event.ts'
import { portFault } from '../network/port-fault.ts'
import { readJson, sendJson, sendStatus } from './json-body.ts'
import { type ServedFile, sendFile } from './send-file.ts'

export type AgentServerOptions = {
  readonly address: string
  readonly port: number
  readonly boards: AllowList
  readonly registry: BoardRegistry
  readonly agent: ServedFile
  readonly runtime: ServedFile | undefined
  readonly image: ServedFile
  readonly onUnknown: (unknown: UnknownBoard) => void
  /** A request could not be answered because of something on this side. */
  readonly onFailure: (error: Error) => void
  /** Milliseconds that a request for an assignment is held open. */
  readonly pollMs: number
}

export type AgentServer = { readonly port: number; close(): Promise<void> }

const MOST_BODY_BYTES = 1024 * 1024
const MOST_CONNECTIONS = 256
/** What a board that lost power, or closed its connection in the middle of an image, looks like. */
const CLIENT_GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/** A board's request: what it asked for and who asked. */
type Call = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly address: string }

/**
 * The HTTP side of the flash agent's protocol. Everything that boards send is checked before it is believed.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveAgents(options: AgentServerOptions): Promise<AgentServer> {
  const closing = new AbortController()
  const server = createServer((request, response) => {
    const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    route(options, closing.signal, { request, response, address }).catch((error: NodeJS.ErrnoException) => {
      response.destroy()
      if (!CLIENT_GONE.has(error.code ?? '')) options.onFailure(error)
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.listen(options.port, options.address)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { address, port } = options
    const fault = portFault(error, { service: 'HTTP', transport: 'tcp', address, port })
    throw fault ? new FaultError(fault, { cause: error }) : error
  }
  const close = async (): Promise<void> => {
    closing.abort()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { port: (server.address() as AddressInfo).port, close }
}

async function route(options: AgentServerOptions, closing: AbortSignal, call: Call): Promise<void> {
  const { request, response } = call
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const file = fileOf(options, path)
  if (file && (request.method === 'GET' || request.method === 'HEAD'))
    return sendFile(request, response, file)
  const answer = file ? { status: 405 } : await answerBoard(options, closing, call, path)
  // What was not read of a refused body would be taken for the next request.
  if (!request.complete) response.shouldKeepAlive = false
  if (response.destroyed) return
  if (answer.json === undefined) sendStatus(response, answer.status)
  else sendJson(response, answer.status, answer.json)
}

function fileOf({ agent, runtime, image }: AgentServerOptions, path: string): ServedFile | undefined {
  if (path === '/runtime.cpio') return runtime
  if (path === '/agent.mjs') return agent
  return path === `/images/${image.sha256}` ? image : undefined
}

type Answer = { readonly status: number; readonly json?: unknown }

async function answerBoard(
  options: AgentServerOptions,
  closing: AbortSignal,
  call: Call,
  path: string,
): Promise<Answer> {
  const [, serial, action] = /^\/boards\/([0-9a-fA-F]{8})\/(inventory|assignment|events)$/.exec(path) ?? []
  if (serial === undefined) return { status: 404 }
  if (call.request.method !== (action === 'assignment' ? 'GET' : 'POST')) return { status: 405 }
  const board = options.boards.bySerial(serial)
  if (!board) return forbid(options, call, { serial, cause: 'is not on the list of boards' })
  if (action === 'assignment') return giveAssignment(options, closing, call, board)
  const body = await readJson(call.request, MOST_BODY_BYTES)
  if (body.kind === 'refused') return { status: body.status, json: { cause: body.cause } }
  try {
    const take = action === 'inventory' ? takeInventory : takeEvents
    return take(options, call, board, body.value)
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    return { status: 400, json: { faults } }
  }
}

function takeInventory(options: AgentServerOptions, call: Call, board: AllowedBoard, body: unknown): Answer {
  const inventory = parseInventory(body)
  const { serial, mac } = inventory
  if (serial !== board.serial) {
    return { status: 400, json: { cause: `the inventory is that of ${serial}, not of ${board.serial}` } }
  }
  const admission = options.boards.admit([serial], mac)
  if (admission.kind === 'refused') return forbid(options, call, { serial, mac, cause: admission.cause })
  options.registry.onInventory(board, call.address, inventory)
  return { status: 204 }
}

/** Events count even where the board's inventory is asked for once more: the agent may send them only once. */
function takeEvents(options: AgentServerOptions, call: Call, board: AllowedBoard, body: unknown): Answer {
  const known = options.registry.onAgentEvents(board, call.address, parseAgentEvents(body))
  return known ? { status: 204 } : { status: 404, json: { again: true } }
}

async function giveAssignment(
  options: AgentServerOptions,
  closing: AbortSignal,
  { response, address }: Call,
  board: AllowedBoard,
): Promise<Answer> {
  if (!options.registry.onQuestion(board, address)) return { status: 404, json: { again: true } }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const held = AbortSignal.any([closing, gone.signal, AbortSignal.timeout(options.pollMs)])
  const assignment = await options.registry.nextAssignment(board, held)
  return assignment ? { status: 200, json: assignment } : { status: 204 }
}

function forbid(
  options: AgentServerOptions,
  call: Call,
  unknown: Omit<UnknownBoard, 'via' | 'address'>,
): Answer {
  options.onUnknown({ via: 'http', address: call.address, ...unknown })
  return { status: 403, json: { cause: unknown.cause } }
}
