import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { connectRack, type RackClient } from '@homerack/virtual-rack'
import type { TimedEvent } from '../src/events/provision-event.ts'
import type { Report } from '../src/report/report.ts'

const cli = resolve(import.meta.dirname, '../src/cli.ts')
const images = resolve(import.meta.dirname, '../../../node_modules/.cache/homerack-images')

export type Ended = {
  readonly code: number | null
  readonly events: readonly TimedEvent[]
  readonly stderr: string
  /** The last line, if it is a report. */
  readonly report: (Report & { type: 'report' }) | undefined
}

/** A state folder of its own that shares the stand-in image with the other tests. */
export function newState(): { state: string; rack(name: string): RackClient; remove(): Promise<void> } {
  const state = mkdtempSync(join(tmpdir(), 'homerack-test-'))
  mkdirSync(join(state, 'rehearsal'))
  mkdirSync(images, { recursive: true })
  symlinkSync(images, join(state, 'rehearsal', 'images'))
  const opened = new Set<RackClient>()
  const rack = (name: string) => {
    const client = connectRack({ dir: join(state, 'rehearsal', name, 'rack') })
    opened.add(client)
    return client
  }
  const remove = async () => {
    for (const client of opened) await client.stop().catch(() => undefined)
    rmSync(state, { recursive: true, force: true })
  }
  return { state, rack, remove }
}

/** Runs the command from its sources. `onEvent` may end it with a signal. */
export async function runProvision(
  args: readonly string[],
  onEvent: (event: TimedEvent, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', cli, ...args]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] })
  const { promise, resolve: ended } = Promise.withResolvers<number | null>()
  child.on('close', ended)
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const events: TimedEvent[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as TimedEvent
    events.push(event)
    onEvent(event, child)
  }
  const last = events.at(-1)
  return { code: await promise, events, stderr, report: last?.type === 'report' ? last : undefined }
}

/** Rehearses without the virtual hardware's delays, telling events as JSON lines. */
export function rehearse(state: string, file: string, ...rest: string[]): readonly string[] {
  return ['rehearse', file, '--state', state, '--output', 'json', '--speed', '0', ...rest]
}
