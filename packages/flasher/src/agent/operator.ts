import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '@homerack/errors'
import { readFrame } from '../image/read-frame.ts'
import { parseAssignment } from '../protocol/parse.ts'
import type { AgentEvent, Assignment, ImageRange, Inventory } from '../protocol/schemas.ts'
import { createFrameFetcher } from './fetch-frame.ts'
import { type PersistOptions, persist, Retry } from './persist.ts'

/** The operator as the agent sees it: away at times, and back with the same or another memory. */
export type Operator = {
  /** Returns once the operator has taken the inventory. A board that it does not know keeps asking. */
  readonly announce: () => Promise<void>
  /** Waits for an assignment, and announces the board again to an operator that has forgotten it. */
  readonly nextAssignment: () => Promise<Assignment>
  /** One attempt to deliver events. */
  readonly post: (events: readonly AgentEvent[]) => Promise<boolean>
  /**
   * The raw bytes of a range, in `into`. Waits for an operator that is away.
   * @throws FaultError E_IMAGE_GONE, E_IMAGE_RANGE
   */
  readonly fetchRange: (url: string, range: ImageRange, into: Buffer<ArrayBuffer>) => Promise<Buffer>
}

export type OperatorOptions = PersistOptions & {
  /** Such as `http://192.168.10.250:8069`. */
  readonly origin: string
  readonly serial: string
  /** Made anew each time: what the disks hold may have changed. */
  readonly inventory: () => Promise<Inventory>
}

const ANSWER_MS = 30_000
/** The operator answers a long poll after 25 s. */
const LONG_POLL_MS = 60_000
/** An image that stays away this long is not coming back: the board starts over. */
const IMAGE_GONE_MS = 120_000
/** A frame that arrives damaged this often is damaged where it comes from. */
const DAMAGED_FRAMES = 3

export function connectOperator(options: OperatorOptions): Operator {
  const { origin, serial, inventory, signal, backOff } = options
  const ask = (url: string, milliseconds: number, init: RequestInit = {}): Promise<Response> =>
    fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(milliseconds), ...(signal ? [signal] : [])]),
    })
  const board = `${origin}/boards/${serial}`
  const fetchFrame = createFrameFetcher()
  const send = async (path: string, body: unknown): Promise<Response> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await ask(`${board}/${path}`, ANSWER_MS, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    await answer.body?.cancel()
    return answer
  }

  const announce = () =>
    persist('inventory', options, async () => {
      const { ok, status } = await send('inventory', await inventory())
      if (status === 403) throw new Retry(`the operator does not know board ${serial}`)
      if (!ok) throw new Retry(`the operator answered ${status}`)
    })

  const poll = async (): Promise<Assignment | undefined> => {
    const answer = await ask(`${board}/assignment`, LONG_POLL_MS)
    if (answer.status === 200) return parseAssignment(await answer.json())
    await answer.body?.cancel()
    if (answer.status === 204) return undefined
    if (answer.status === 404 || answer.status === 403) await announce()
    throw new Retry(`the operator answered ${answer.status}`)
  }

  return {
    announce,
    async nextAssignment() {
      for (;;) {
        const assignment = await persist('assignment', options, poll)
        if (assignment) return assignment
        await sleep(backOff.first, undefined, { ...(signal && { signal }) })
      }
    },
    async post(events) {
      const { ok, status } = await send('events', { events }).catch(() => ({ ok: false, status: 0 }))
      if (status === 404) await send('inventory', await inventory()).catch(() => undefined)
      return ok
    },
    fetchRange(url, range, into) {
      const since = performance.now()
      let damaged = 0
      return persist('image', options, async () => {
        const read = (frame: Buffer) =>
          readFrame(frame, range, into).catch((error: Error) => {
            if (++damaged >= DAMAGED_FRAMES) throw error
            throw new Retry(error.message)
          })
        const fetched = await fetchFrame(url, range.frame, read, { timeoutMs: ANSWER_MS, signal })
        if (fetched.kind === 'frame') return fetched.result
        if (performance.now() - since > IMAGE_GONE_MS) throw gone(url, fetched.status)
        throw new Retry(`the operator answered ${fetched.status} instead of 206`)
      })
    },
  }
}

const gone = (url: string, status: number): FaultError =>
  new FaultError({
    code: 'E_IMAGE_GONE',
    subject: url,
    cause: `the operator no longer serves the image (HTTP ${status})`,
  })
