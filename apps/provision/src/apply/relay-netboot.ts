import type { Netboot, NetbootEvent } from '@homerack/flasher'
import type { EventStream } from '../events/event-stream.ts'
import type { ProvisionEvent } from '../events/provision-event.ts'

/** Tells what netboot sees as node states, for as long as netboot runs. */
export async function relayNetboot(netboot: Netboot, events: EventStream): Promise<void> {
  const memory: Memory = { heard: new Map(), meters: new Map() }
  for await (const event of netboot.events) {
    for (const told of translate(event, events.elapsed(), memory)) events.emit(told)
  }
}

type Memory = {
  /** When a board's firmware was first heard in this boot. */
  readonly heard: Map<string, number>
  readonly meters: Map<string, Meter>
}
type Meter = { readonly phase: string; readonly at: number; readonly done: number; readonly rate: number }

function translate(event: NetbootEvent, now: number, memory: Memory): ProvisionEvent[] {
  if (event.type === 'unknown-board') {
    return [{ type: 'unknown-board', serial: event.serial ?? 'unknown serial', mac: event.mac ?? 'unknown' }]
  }
  if (event.type === 'warning') return [{ type: 'fault', fault: event.fault }]
  if (event.type === 'listening') return []
  const node = event.board
  const netbooting = (detail: string): ProvisionEvent => ({
    type: 'node',
    node,
    state: { kind: 'netbooting', detail },
  })
  switch (event.type) {
    case 'dhcp':
    case 'file':
      if (!memory.heard.has(node)) memory.heard.set(node, now)
      return [netbooting(event.type === 'dhcp' ? 'asks for an address' : `loads ${event.file}`)]
    case 'inventory': {
      const began = memory.heard.get(node) ?? now
      memory.heard.delete(node)
      const disks = event.inventory.disks.length
      return [
        { type: 'phase', node, phase: 'boot', ms: now - began },
        netbooting(`flash agent waits, ${disks} disk${disks === 1 ? '' : 's'} found`),
      ]
    }
    case 'progress': {
      const { phase, done, total } = event
      const rate = measure(memory.meters, node, phase, done, now)
      return [{ type: 'node', node, state: { kind: 'flashing', phase, done, total, rate } }]
    }
    case 'flashed': {
      const { image, sha256, written, skipped, writeMs, verifyMs } = event
      return [
        { type: 'phase', node, phase: 'flash', ms: writeMs },
        { type: 'phase', node, phase: 'verify', ms: verifyMs },
        { type: 'flashed', node, image, sha256, written, skipped },
        netbooting('flashed and read back, starts from its NVMe'),
      ]
    }
    case 'failed':
      return [{ type: 'node', node, state: { kind: 'refused', faults: [event.fault] } }]
  }
}

/** Bytes per second, smoothed, so that the remaining time does not jump. */
function measure(meters: Map<string, Meter>, node: string, phase: string, done: number, now: number): number {
  const last = meters.get(node)
  if (last?.phase !== phase || now <= last.at) {
    if (last?.phase !== phase) meters.set(node, { phase, at: now, done, rate: 0 })
    return last?.phase === phase ? last.rate : 0
  }
  const current = (1000 * (done - last.done)) / (now - last.at)
  const rate = last.rate === 0 ? current : 0.7 * last.rate + 0.3 * current
  meters.set(node, { phase, at: now, done, rate })
  return rate
}
