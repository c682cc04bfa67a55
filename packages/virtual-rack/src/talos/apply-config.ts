import { readConfigDocuments } from './config-documents.ts'
import { type MachineConfig, parseMachineConfig } from './machine-config.ts'
import { provisionVolumes } from './provision-volumes.ts'
import { readState } from './stored-state.ts'
import type { TalosNode } from './talos-node.ts'
import { untilAborted } from './until.ts'

export type ApplyMode = 'reboot' | 'auto' | 'no-reboot' | 'staged' | 'try'

export type Applied = { mode: ApplyMode; details: string; warnings: string[] }

/** What Talos refuses to apply, with the gRPC status it answers. */
export type ApplyRefusal = {
  code: 'InvalidArgument' | 'FailedPrecondition' | 'Unimplemented'
  message: string
}

export type ApplyRequest = { text: string; mode: ApplyMode; dryRun: boolean; tryMs: number | undefined }

const applying = new WeakSet<TalosNode>()
const reverts = new WeakMap<TalosNode, NodeJS.Timeout>()
const defaultTryMs = 60_000

/**
 * Applies a machine config as Talos does: validates, provisions volumes, keeps the text on STATE, then lets it
 * take effect. In maintenance mode it installs the node; there the power can be cut before the disk knows.
 */
export async function applyConfig(node: TalosNode, request: ApplyRequest): Promise<Applied | ApplyRefusal> {
  if (applying.has(node)) {
    return { code: 'FailedPrecondition', message: 'another apply configuration is already in progress' }
  }
  applying.add(node)
  try {
    const parsed = parseMachineConfig(request.text)
    if ('wrong' in parsed) return { code: 'InvalidArgument', message: validationMessage(parsed.wrong) }
    const mode = effectiveMode(node, request.mode)
    if (!mode) return { code: 'Unimplemented', message: rebootUnsupported }
    const details = detailsOf(mode, request)
    if (request.dryRun) return { mode, details: dryRunSummary(node, details, request.text), warnings: [] }
    const failed = await takeEffect(node, parsed.config, { ...request, mode })
    if (failed) return { code: 'FailedPrecondition', message: failed }
    return { mode, details, warnings: [] }
  } finally {
    applying.delete(node)
  }
}

const rebootUnsupported = 'the REBOOT mode is not supported, please use AUTO or NO_REBOOT modes instead'

/** REBOOT means NO_REBOOT in maintenance mode and nothing afterwards; AUTO never reboots (Talos 1.14). */
function effectiveMode(node: TalosNode, mode: ApplyMode): Exclude<ApplyMode, 'reboot' | 'auto'> | undefined {
  if (mode === 'reboot') return node.state().config ? undefined : 'no-reboot'
  return mode === 'auto' ? 'no-reboot' : mode
}

/** @returns why not, if it cannot */
async function takeEffect(
  node: TalosNode,
  config: MachineConfig,
  request: ApplyRequest,
): Promise<string | undefined> {
  const { text } = config
  if (node.world.faults.strike('power-cut@configure', node.board.name)) {
    node.world.cutPower(node.board.name)
    await untilAborted(node.signal)
  }
  clearTimeout(reverts.get(node))
  const before = node.state().config
  if (request.mode === 'staged' && before) {
    const stored = await readState(node.disk)
    await node.disk.write('STATE', { config: stored?.config ?? before.text, staged: text })
    return undefined
  }
  const failed = await provisionVolumes(node, config)
  if (failed) return failed
  if (request.mode === 'try' && before) {
    revertLater(node, before, request.tryMs ?? defaultTryMs)
  } else {
    await node.disk.write('STATE', { config: text })
  }
  node.log(`apply config request: mode ${request.mode}`)
  node.control.configure(config)
  return undefined
}

/** Mode TRY: the config that is on the disk comes back, unless another one was applied since. */
function revertLater(node: TalosNode, before: MachineConfig, ms: number): void {
  const timer = setTimeout(() => {
    if (node.signal.aborted) return
    node.log('the tried config was not confirmed: reverting')
    node.control.configure(before)
  }, ms)
  reverts.set(node, timer.unref())
}

function detailsOf(mode: ApplyMode, request: ApplyRequest): string {
  if (mode === 'staged') return 'Staged configuration to be applied after the next reboot'
  const details = 'Applied configuration without a reboot'
  if (mode !== 'try') return details
  const seconds = (request.tryMs ?? defaultTryMs) / 1000
  return `${details}\nThe config is applied in 'try' mode and will be automatically reverted back in ${seconds}s`
}

/** Documents that differ, by name only: a rack prints no secrets. */
function dryRunSummary(node: TalosNode, details: string, text: string): string {
  const now = documentsOf(node.state().config?.text ?? '')
  const then = documentsOf(text)
  const names = [...new Set([...now.keys(), ...then.keys()])]
  const changed = names.filter((name) => now.get(name) !== then.get(name))
  const diff = changed.length > 0 ? changed.map((name) => `~ ${name}`).join('\n') : 'No changes.'
  return `Dry run summary:\n${details} (skipped in dry-run).\nConfig diff:\n\n${diff}`
}

function documentsOf(text: string): Map<string, string> {
  const read = readConfigDocuments(text)
  if ('wrong' in read) return new Map()
  return new Map([
    ['v1alpha1', JSON.stringify(read.v1alpha1)],
    ...read.documents.map(
      (each) => [[each.kind, each.name].filter(Boolean).join(' '), JSON.stringify(each)] as const,
    ),
  ])
}

function validationMessage(wrong: string[]): string {
  const count = wrong.length === 1 ? '1 error' : `${wrong.length} errors`
  return `configuration validation failed: ${count} occurred:\n${wrong.map((each) => `\t* ${each}\n`).join('')}`
}
