import { type Fault, isWarning } from '@homerack/errors'
import { type Phase, phases, type TimedEvent } from '../events/provision-event.ts'
import type { NodeReport, Report, ServiceReport } from './report.ts'

export type ReportCollector = {
  read(event: TimedEvent): void
  addFault(fault: Fault): void
  report(result: Report['result'], durationMs: number): Report
}

/** Reads the event stream and keeps what the report says at the end. */
export function collectReport(): ReportCollector {
  let start: Extract<TimedEvent, { type: 'start' }> | undefined
  let changed = false
  const nodes = new Map<string, NodeReport>()
  const services = new Map<string, ServiceReport>()
  const unknownBoards = new Map<string, { serial: string; mac: string }>()
  const faults = new Map<string, Fault>()
  const change = (name: string, update: Partial<NodeReport>) => {
    const node = nodes.get(name)
    if (node) nodes.set(name, { ...node, ...update })
  }
  const addFaults = (list: readonly Fault[]) => {
    for (const fault of list) faults.set(`${fault.code} ${fault.subject} ${fault.cause}`, fault)
  }

  const read = (event: TimedEvent) => {
    switch (event.type) {
      case 'start':
        start = event
        for (const { name, slot } of event.nodes) nodes.set(name, { name, slot, state: 'unseen', phases: {} })
        for (const name of event.services) services.set(name, { name, state: 'waiting' })
        return
      case 'node':
        if (event.state.kind === 'refused') addFaults(event.state.faults)
        return change(event.node, { state: event.state.kind })
      case 'phase':
        return change(event.node, { phases: addTime(nodes.get(event.node)?.phases, event.phase, event.ms) })
      case 'flashed': {
        const { image, sha256, written, skipped } = event
        changed = true
        return change(event.node, { flashed: { image, sha256, written, skipped } })
      }
      case 'plan':
        changed ||= event.plan.steps.some(({ kind }) => kind !== 'await')
        return
      case 'service':
        if (event.state.kind === 'failed') addFaults(event.state.faults)
        services.set(event.service, { name: event.service, state: event.state.kind })
        return
      case 'unknown-board':
        unknownBoards.set(event.serial, { serial: event.serial, mac: event.mac })
        return
      case 'fault':
        return addFaults([event.fault])
    }
  }

  const report = (result: Report['result'], durationMs: number): Report => ({
    result,
    rack: start?.rack ?? '',
    talos: start?.talos ?? '',
    kubernetes: start?.kubernetes ?? '',
    durationMs,
    changed,
    nodes: [...nodes.values()],
    services: [...services.values()],
    phases: longest([...nodes.values()]),
    unknownBoards: [...unknownBoards.values()],
    faults: [...faults.values()].filter((fault) => result === 'failed' || isWarning(fault)),
  })
  return { read, addFault: (fault) => addFaults([fault]), report }
}

function longest(nodes: readonly NodeReport[]): { name: Phase; ms: number }[] {
  return phases.flatMap((name) => {
    const times = nodes.flatMap((node) => node.phases[name] ?? [])
    return times.length > 0 ? [{ name, ms: Math.max(...times) }] : []
  })
}

/** A phase can be told in parts: a board boots from the network, and later from its disk. */
function addTime(phases: NodeReport['phases'] = {}, phase: Phase, ms: number): NodeReport['phases'] {
  return { ...phases, [phase]: (phases[phase] ?? 0) + ms }
}
