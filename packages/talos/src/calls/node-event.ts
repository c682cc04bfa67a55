import { createRegistry } from '@bufbuild/protobuf'
import { type Any, anyUnpack } from '@bufbuild/protobuf/wkt'
import {
  AddressEventSchema,
  ConfigLoadErrorEventSchema,
  ConfigValidationErrorEventSchema,
  type Event,
  MachineStatusEventSchema,
  PhaseEvent_Action as PhaseAction,
  PhaseEventSchema,
  RestartEventSchema,
  SequenceEvent_Action as SequenceAction,
  SequenceEventSchema,
  ServiceStateEvent_Action as ServiceAction,
  ServiceStateEventSchema,
  MachineStatusEvent_MachineStage as Stage,
  TaskEvent_Action as TaskAction,
  TaskEventSchema,
} from '../gen/machine/event_pb.js'

/** What a node tells about itself. `action` and `stage` are Talos' words in lower case. */
export type NodeEvent = { id: string; actorId: string } & (
  | { kind: 'sequence'; sequence: string; action: string; error?: string }
  | { kind: 'phase'; phase: string; action: string }
  | { kind: 'task'; task: string; action: string }
  | { kind: 'service'; service: string; action: string; message: string; healthy: boolean | undefined }
  | { kind: 'restart' }
  | { kind: 'address'; hostname: string; addresses: string[] }
  | { kind: 'machine'; stage: string; ready: boolean; unmet: { name: string; reason: string }[] }
  | { kind: 'config-error'; error: string }
  | { kind: 'other'; type: string }
)

type Content = NodeEvent extends infer E ? (E extends NodeEvent ? Omit<E, 'id' | 'actorId'> : never) : never

const registry = createRegistry(
  AddressEventSchema,
  ConfigLoadErrorEventSchema,
  ConfigValidationErrorEventSchema,
  MachineStatusEventSchema,
  PhaseEventSchema,
  RestartEventSchema,
  SequenceEventSchema,
  ServiceStateEventSchema,
  TaskEventSchema,
)

export function readEvent({ id, actorId, data }: Event): NodeEvent {
  return { id, actorId, ...contentOf(data) } as NodeEvent
}

function contentOf(data: Any | undefined): Content {
  const event = data && (anyUnpack(data, registry) as KnownEvent | undefined)
  switch (event?.$typeName) {
    case 'machine.SequenceEvent': {
      const { sequence, action, error } = event
      return {
        kind: 'sequence',
        sequence,
        action: wordOf(SequenceAction, action),
        ...(error && { error: error.message }),
      }
    }
    case 'machine.PhaseEvent':
      return { kind: 'phase', phase: event.phase, action: wordOf(PhaseAction, event.action) }
    case 'machine.TaskEvent':
      return { kind: 'task', task: event.task, action: wordOf(TaskAction, event.action) }
    case 'machine.ServiceStateEvent': {
      const { service, action, message, health } = event
      const healthy = health && !health.unknown ? health.healthy : undefined
      return { kind: 'service', service, action: wordOf(ServiceAction, action), message, healthy }
    }
    case 'machine.RestartEvent':
      return { kind: 'restart' }
    case 'machine.AddressEvent':
      return { kind: 'address', hostname: event.hostname, addresses: event.addresses }
    case 'machine.MachineStatusEvent': {
      const unmet = (event.status?.unmetConditions ?? []).map(({ name, reason }) => ({ name, reason }))
      return {
        kind: 'machine',
        stage: wordOf(Stage, event.stage),
        ready: event.status?.ready ?? false,
        unmet,
      }
    }
    case 'machine.ConfigLoadErrorEvent':
    case 'machine.ConfigValidationErrorEvent':
      return { kind: 'config-error', error: event.error }
    default:
      return { kind: 'other', type: data?.typeUrl.replace(/^.*\//, '') ?? '' }
  }
}

type KnownEvent = import('@bufbuild/protobuf').MessageShape<
  | typeof AddressEventSchema
  | typeof ConfigLoadErrorEventSchema
  | typeof ConfigValidationErrorEventSchema
  | typeof MachineStatusEventSchema
  | typeof PhaseEventSchema
  | typeof RestartEventSchema
  | typeof SequenceEventSchema
  | typeof ServiceStateEventSchema
  | typeof TaskEventSchema
>

/** The lower-case name of an enum's value; a newer Talos may send values without one. */
function wordOf(names: Record<number, string>, value: number): string {
  return (names[value] ?? String(value)).toLowerCase().replaceAll('_', ' ')
}
