import { createClient } from '@connectrpc/connect'
import { type CallOptions, only } from '../connection/caller.ts'
import { lines } from '../connection/lines.ts'
import { MachineService, ApplyConfigurationRequest_Mode as Mode } from '../gen/machine/machine_pb.js'
import { type SecretText, secretText } from '../secret-text.ts'
import type { Link } from './link.ts'
import { type NodeEvent, readEvent } from './node-event.ts'
import { readKubeconfig } from './read-kubeconfig.ts'

export type TalosVersion = {
  tag: string
  sha: string
  built: string
  goVersion: string
  os: string
  arch: string
  platform: { name: string; mode: string }
  rbac: boolean
}

/** `auto` may reboot on Talos 1.13, never on 1.14. `reboot` is refused by 1.14 outside maintenance mode. */
export type ApplyMode = 'auto' | 'no-reboot' | 'staged' | 'try' | 'reboot'

export type ApplyRequest = {
  readonly config: Uint8Array | string
  readonly mode: ApplyMode
  readonly dryRun?: boolean
  /** Milliseconds until mode `try` takes the config back; a minute if not said. */
  readonly tryTimeoutMs?: number
}

export type ApplyResult = { warnings: string[]; mode: ApplyMode; details: string }

export type ClientConfiguration = { ca: string; crt: string; key: SecretText; talosconfig: SecretText }

const modes: Record<ApplyMode, Mode> = {
  reboot: Mode.REBOOT,
  auto: Mode.AUTO,
  'no-reboot': Mode.NO_REBOOT,
  staged: Mode.STAGED,
  try: Mode.TRY,
}

/** Bytes of a kubeconfig archive that are still believed. */
const maxArchive = 1024 * 1024

export function machineCalls({ address, transport, caller }: Link) {
  const machine = createClient(MachineService, transport)

  return {
    version: async (options?: CallOptions): Promise<TalosVersion> => {
      const { messages } = await caller.read('Version', (wire) => machine.version({}, wire), options)
      const { version, platform, features } = only(messages, address, 'Version')
      const { tag = '', sha = '', built = '', goVersion = '', os = '', arch = '' } = version ?? {}
      const { name = '', mode = '' } = platform ?? {}
      return { tag, sha, built, goVersion, os, arch, platform: { name, mode }, rbac: features?.rbac ?? false }
    },

    hostname: async (options?: CallOptions): Promise<string> => {
      const { messages } = await caller.read('Hostname', (wire) => machine.hostname({}, wire), options)
      return only(messages, address, 'Hostname').hostname
    },

    /** Bytes of memory that the kernel has. */
    memory: async (options?: CallOptions): Promise<number> => {
      const { messages } = await caller.read('Memory', (wire) => machine.memory({}, wire), options)
      return Number(only(messages, address, 'Memory').meminfo?.memtotal ?? 0n) * 1024
    },

    /**
     * Gives the node a machine config. In maintenance mode it takes effect at once and boot goes on.
     *
     * @throws FaultError E_TALOS_INVALID if Talos does not accept the config.
     */
    applyConfiguration: async (request: ApplyRequest, options?: CallOptions): Promise<ApplyResult> => {
      const { config, mode, dryRun = false, tryTimeoutMs } = request
      const data = typeof config === 'string' ? new TextEncoder().encode(config) : config
      const message = {
        data,
        mode: modes[mode],
        dryRun,
        ...(tryTimeoutMs !== undefined && { tryModeTimeout: durationOf(tryTimeoutMs) }),
      }
      const { messages } = await caller.write(
        'ApplyConfiguration',
        (wire) => machine.applyConfiguration(message, wire),
        options,
      )
      const result = only(messages, address, 'ApplyConfiguration')
      const chosen = (Object.keys(modes) as ApplyMode[]).find((each) => modes[each] === result.mode) ?? mode
      return { warnings: result.warnings, mode: chosen, details: result.modeDetails }
    },

    /**
     * Makes this node an etcd cluster of one. Talos checks only this node: use `bootstrapOnce`.
     *
     * @throws FaultError E_TALOS_ALREADY_BOOTSTRAPPED, E_TALOS_NOT_READY, E_TALOS_TIME_NOT_IN_SYNC.
     */
    bootstrap: async (
      request: { recoverEtcd?: boolean; skipHashCheck?: boolean } = {},
      options?: CallOptions,
    ): Promise<void> => {
      const { recoverEtcd = false, skipHashCheck = false } = request
      const message = { recoverEtcd, recoverSkipHashCheck: skipHashCheck }
      await caller.write('Bootstrap', (wire) => machine.bootstrap(message, wire), options)
    },

    /** An administrator's kubeconfig for the cluster endpoint, made by a control plane. */
    kubeconfig: (options?: CallOptions): Promise<SecretText> =>
      caller.read(
        'Kubeconfig',
        async (wire) => {
          const pieces: Uint8Array[] = []
          let size = 0
          for await (const { bytes } of machine.kubeconfig({}, wire)) {
            size += bytes.length
            if (size <= maxArchive) pieces.push(bytes)
          }
          return secretText(readKubeconfig(Buffer.concat(pieces), address))
        },
        options,
      ),

    /** The kernel log, a message a line. Ends by itself unless followed. */
    dmesg: async function* (
      request: { follow?: boolean; tail?: boolean } = {},
      options?: CallOptions,
    ): AsyncGenerator<string, void> {
      const { follow = false, tail = false } = request
      for await (const { bytes } of caller.stream(
        'Dmesg',
        (wire) => machine.dmesg({ follow, tail }, wire),
        options,
      )) {
        yield new TextDecoder().decode(bytes).replace(/\n$/, '')
      }
    },

    /** The log of a service (`etcd`, `kubelet`, …) or a container, line by line. */
    logs: (request: LogsRequest, options?: CallOptions): AsyncGenerator<string, void> => {
      const { id, namespace = 'system', follow = false, tailLines = -1 } = request
      const driver = namespace === 'k8s.io' ? 1 : 0
      const message = { id, namespace, driver, follow, tailLines }
      return lines(bytesOf(caller.stream('Logs', (wire) => machine.logs(message, wire), options)))
    },

    /** What happens on the node from now on, after the `tail` latest events. Never ends by itself. */
    events: async function* (
      request: { tail?: number } = {},
      options?: CallOptions,
    ): AsyncGenerator<NodeEvent, void> {
      const message = { tailEvents: request.tail ?? 0 }
      for await (const event of caller.stream('Events', (wire) => machine.events(message, wire), options)) {
        yield readEvent(event)
      }
    },

    /** The content of a file of the node. */
    readFile: async function* (path: string, options?: CallOptions): AsyncGenerator<Uint8Array, void> {
      yield* bytesOf(caller.stream('Read', (wire) => machine.read({ path }, wire), options))
    },

    /** Writes a META key, such as 0xa, the network config that a node has before its machine config. */
    metaWrite: async (key: number, value: Uint8Array | string, options?: CallOptions): Promise<void> => {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
      await caller.write('MetaWrite', (wire) => machine.metaWrite({ key, value: bytes }, wire), options)
    },

    /** A new client certificate with the given roles, signed by the cluster. `ttlMs`: its life in milliseconds. */
    generateClientConfiguration: async (
      request: { roles: readonly string[]; ttlMs: number },
      options?: CallOptions,
    ): Promise<ClientConfiguration> => {
      const message = { roles: [...request.roles], crtTtl: durationOf(request.ttlMs) }
      const rpc = 'GenerateClientConfiguration'
      const { messages } = await caller.write(
        rpc,
        (wire) => machine.generateClientConfiguration(message, wire),
        options,
      )
      const { ca, crt, key, talosconfig } = only(messages, address, rpc)
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
      return {
        ca: text(ca),
        crt: text(crt),
        key: secretText(text(key)),
        talosconfig: secretText(text(talosconfig)),
      }
    },
  }
}

export type LogsRequest = {
  readonly id: string
  readonly namespace?: 'system' | 'k8s.io'
  readonly follow?: boolean
  /** -1: all. */
  readonly tailLines?: number
}

export function durationOf(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.trunc(ms / 1000)), nanos: Math.trunc(ms % 1000) * 1_000_000 }
}

export async function* bytesOf(
  pieces: AsyncIterable<{ bytes: Uint8Array }>,
): AsyncGenerator<Uint8Array, void> {
  for await (const { bytes } of pieces) yield bytes
}
