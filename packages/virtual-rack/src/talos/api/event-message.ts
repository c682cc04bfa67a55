import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { common, event } from '@homerack/talos/protocol'
import type { NodeEvent } from '../event-log.ts'
import type { ServiceState } from '../service-table.ts'
import type { MachineStage } from '../talos-node.ts'

const { MachineStatusEvent_MachineStage: Stage, ServiceStateEvent_Action: ServiceAction } = event

const stages: Record<MachineStage, event.MachineStatusEvent_MachineStage> = {
  booting: Stage.BOOTING,
  installing: Stage.INSTALLING,
  maintenance: Stage.MAINTENANCE,
  running: Stage.RUNNING,
  rebooting: Stage.REBOOTING,
  'shutting down': Stage.SHUTTING_DOWN,
  resetting: Stage.RESETTING,
  upgrading: Stage.UPGRADING,
}

const actions: Record<ServiceState, event.ServiceStateEvent_Action> = {
  Preparing: ServiceAction.PREPARING,
  Waiting: ServiceAction.WAITING,
  Starting: ServiceAction.STARTING,
  Running: ServiceAction.RUNNING,
  Stopping: ServiceAction.STOPPING,
  Finished: ServiceAction.FINISHED,
  Failed: ServiceAction.FAILED,
}

/** An event as the Events call carries it. */
export function eventMessage(told: NodeEvent) {
  return { id: told.id, actorId: told.actor, data: contentOf(told) }
}

function contentOf(told: NodeEvent) {
  if (told.kind === 'machine') {
    const { stage, unmet } = told.status
    const status = { ready: unmet.length === 0, unmetConditions: unmet }
    return packed(event.MachineStatusEventSchema, { stage: stages[stage], status })
  }
  if (told.kind === 'service') {
    const { service, state, message, healthy } = told
    const health = { unknown: healthy === undefined, healthy: healthy ?? false }
    return packed(event.ServiceStateEventSchema, { service, action: actions[state], message, health })
  }
  if (told.kind === 'task') {
    return packed(event.TaskEventSchema, { task: told.task, action: event.TaskEvent_Action.START })
  }
  const { sequence, error } = told
  const { START, STOP } = event.SequenceEvent_Action
  const action = error === undefined ? START : STOP
  return packed(event.SequenceEventSchema, {
    sequence,
    action,
    ...(error !== undefined && { error: { code: common.Code.FATAL, message: error } }),
  })
}

/** Talos' own type URL in place of protobuf's. */
function packed<S extends DescMessage>(schema: S, init: MessageInitShape<S>) {
  return { typeUrl: `talos/runtime/${schema.typeName}`, value: toBinary(schema, create(schema, init)) }
}
