import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { machine } from '@homerack/talos/protocol'
import { stringify } from 'yaml'
import { type ApplyMode, applyConfig } from '../apply-config.ts'
import { issueCertificate } from '../issue-certificate.ts'
import { bootstrapEtcd } from '../run-etcd.ts'
import { move } from '../run-services.ts'
import type { Service } from '../service-table.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

const modes: Record<machine.ApplyConfigurationRequest_Mode, ApplyMode> = {
  0: 'reboot',
  1: 'auto',
  2: 'no-reboot',
  3: 'staged',
  4: 'try',
}
const modeNumbers = Object.fromEntries(Object.entries(modes).map(([number, mode]) => [mode, Number(number)]))

type Methods = ReturnType<Implement<typeof machine.MachineService>>

/** The unary methods of MachineService that are about the machine itself. */
export function machineMethods(call: Call): Methods {
  const { node } = call
  return {
    version: () => ({ messages: [versionOf(call)] }),
    hostname: () => ({ messages: [{ hostname: node.state().hostname }] }),
    memory: () => ({ messages: [{ meminfo: memoryOf(node.board.memory) }] }),
    serviceList: () => ({ messages: [{ services: Object.values(node.state().services).map(serviceInfo) }] }),
    serviceStart: ({ id }) => changeService(call, id, 'Running', `Service "${id}" started`),
    serviceStop: ({ id }) => changeService(call, id, 'Finished', `Service "${id}" stopped`),
    serviceRestart: ({ id }) => changeService(call, id, 'Running', `Service "${id}" restarted`),
    applyConfiguration: (request) => applyConfiguration(call, request),
    bootstrap: (request) => bootstrap(call, request),
    async metaWrite({ key, value }) {
      await node.disk.writeMeta(key, value)
      return { messages: [{}] }
    },
    generateClientConfiguration: (request) => clientConfiguration(call, request),
  }
}

function versionOf({ node }: Call) {
  const version = {
    tag: node.version,
    sha: 'rehearsal',
    built: '',
    goVersion: 'go1.26.6',
    os: 'linux',
    arch: 'arm64',
  }
  return { version, platform: { name: 'metal', mode: 'metal' }, features: { rbac: true } }
}

/** KiB, as in /proc/meminfo. */
function memoryOf(bytes: number) {
  const memtotal = BigInt(Math.floor(bytes / 1024))
  return { memtotal, memfree: memtotal / 2n, memavailable: (memtotal * 3n) / 4n }
}

function serviceInfo({ id, state, healthy, events }: Service) {
  const last = events.at(-1)
  return {
    id,
    state,
    events: {
      events: events.map((event) => ({
        msg: event.message,
        state: event.state,
        ts: timestampFromDate(event.time),
      })),
    },
    health: {
      unknown: healthy === undefined,
      healthy: healthy ?? false,
      lastMessage: last?.message ?? '',
      ...(last && { lastChange: timestampFromDate(last.time) }),
    },
  }
}

function changeService({ node }: Call, id: string, state: 'Running' | 'Finished', resp: string) {
  if (!(id in node.state().services)) throw refuse('NotFound', `service "${id}" is not registered`)
  if (id === 'etcd' && state === 'Running' && !node.state().etcd)
    throw refuse('FailedPrecondition', 'etcd is not a member of a cluster')
  move(node, id, state, state === 'Running' ? 'Health check successful' : 'Service finished successfully')
  return { messages: [{ resp }] }
}

async function applyConfiguration({ node }: Call, request: machine.ApplyConfigurationRequest) {
  const { seconds = 0n, nanos = 0 } = request.tryModeTimeout ?? {}
  const applied = await applyConfig(node, {
    text: Buffer.from(request.data).toString(),
    mode: modes[request.mode] ?? 'auto',
    dryRun: request.dryRun,
    tryMs: request.tryModeTimeout && Number(seconds) * 1000 + nanos / 1e6,
  })
  if ('code' in applied) throw refuse(applied.code, applied.message)
  const { mode, details, warnings } = applied
  return { messages: [{ mode: modeNumbers[mode] ?? 0, modeDetails: details, warnings }] }
}

/** In Talos' order: services, role, time, data directory. */
async function bootstrap({ node }: Call, request: machine.BootstrapRequest) {
  const { services, config, etcd } = node.state()
  if (services.cri?.state !== 'Running') throw refuse('FailedPrecondition', 'bootstrap is not available yet')
  if (config?.type !== 'controlplane')
    throw refuse('Unimplemented', 'bootstrap is only available on control plane nodes')
  if (!node.clockInSync()) throw refuse('FailedPrecondition', 'time is not in sync yet')
  if (etcd) throw refuse('AlreadyExists', 'etcd data directory is not empty')
  const { recoverEtcd: recover, recoverSkipHashCheck: skipHashCheck } = request
  const failed = await bootstrapEtcd(node, { recover, skipHashCheck })
  if (failed) throw refuse('FailedPrecondition', failed)
  return { messages: [{}] }
}

async function clientConfiguration({ node }: Call, request: machine.GenerateClientConfigurationRequest) {
  const { osCa, cluster } = node.state().config ?? {}
  if (!osCa?.key || !cluster)
    throw refuse(
      'FailedPrecondition',
      'client configuration (talosconfig) can only be generated on control plane nodes',
    )
  const { crt, key } = await issueCertificate({
    ca: { crt: osCa.crt, key: osCa.key },
    subject: { organizations: request.roles },
    usage: 'client',
    now: node.world.now(),
    hours: Number(request.crtTtl?.seconds ?? 365n * 86_400n) / 3600,
  })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const context = {
    endpoints: [node.state().address],
    ca: base64(osCa.crt),
    crt: base64(crt),
    key: base64(key),
  }
  const talosconfig = stringify({ context: cluster.name, contexts: { [cluster.name]: context } })
  const bytes = (text: string) => new Uint8Array(Buffer.from(text))
  return {
    messages: [{ ca: bytes(osCa.crt), crt: bytes(crt), key: bytes(key), talosconfig: bytes(talosconfig) }],
  }
}
