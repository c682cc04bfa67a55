import type { NodeState } from '../events/node-state.ts'
import type { ServiceState, TimedEvent } from '../events/provision-event.ts'
import { formatDuration } from '../format/format-duration.ts'
import { describeNode } from './describe-node.ts'
import { describeService } from './describe-service.ts'

type Row = { name: string; slot: number; state: NodeState; since: number }

export type RackPicture = {
  read(event: TimedEvent): void
  /** The picture `now` milliseconds into the run, `columns` wide. */
  draw(now: number, columns: number): string
}

/** One line per board, then the cluster and the services: what each does and what is awaited. */
export function createRackPicture(): RackPicture {
  let title = ''
  let cluster = 'not there yet'
  const rows = new Map<string, Row>()
  const services = new Map<string, ServiceState>()
  const unknown = new Map<string, string>()

  const read = (event: TimedEvent) => {
    switch (event.type) {
      case 'start':
        title = `${event.rack} · ${event.nodes.length} boards · Talos ${event.talos} · Kubernetes ${event.kubernetes}`
        for (const { name, slot } of event.nodes)
          rows.set(name, { name, slot, state: { kind: 'unseen' }, since: event.ms })
        for (const name of event.services) services.set(name, { kind: 'waiting', for: 'the cluster' })
        return
      case 'node': {
        const row = rows.get(event.node)
        if (!row) return
        if (row.state.kind !== event.state.kind) row.since = event.ms
        row.state = event.state
        return
      }
      case 'cluster':
        cluster = event.detail
        return
      case 'service':
        services.set(event.service, event.state)
        return
      case 'unknown-board':
        unknown.set(event.serial, event.mac)
    }
  }

  const draw = (now: number, columns: number) => {
    const width = Math.max(...[...rows.keys()].map((name) => name.length), 4)
    const boards = [...rows.values()]
      .sort((a, b) => a.slot - b.slot)
      .map(({ name, slot, state, since }) =>
        ends(
          `${String(slot).padStart(2)}  ${name.padEnd(width)}  ${state.kind.padEnd(11)} ${describeNode(state, slot, now - since)}`,
          formatDuration(now - since),
          columns,
        ),
      )
    return [
      ends(title, formatDuration(now), columns),
      '',
      ...boards,
      '',
      cut(` cluster    ${cluster}`, columns),
      cut(` services   ${describeServices(services)}`, columns),
      ...[...unknown].map(([serial, mac]) =>
        cut(` unknown    board ${serial}, MAC ${mac}: not in the file, not booted`, columns),
      ),
    ].join('\n')
  }
  return { read, draw }
}

function describeServices(services: ReadonlyMap<string, ServiceState>): string {
  if (services.size === 0) return 'none in the file'
  const waiting = [...services].filter(([, { kind }]) => kind === 'waiting').map(([name]) => name)
  const moving = [...services].filter(([, { kind }]) => kind !== 'waiting')
  return [
    ...moving.map(([name, state]) => `${name} ${describeService(state)}`),
    ...(waiting.length > 0 ? [`${waiting.join(', ')} next`] : []),
  ].join(' · ')
}

function ends(left: string, right: string, columns: number): string {
  const room = columns - right.length - 2
  return `${cut(left, room).padEnd(room)}  ${right}`
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
}
