import type { Fault } from '@homerack/errors'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { ConfigDocument, ConfigValue, MachineConfig } from '../machine/config-document.ts'

/** Something wrong at `path` of a document of the config. */
export type Finding = {
  readonly code: Fault['code']
  readonly document: ConfigDocument | undefined
  readonly path: readonly (string | number)[]
  readonly cause: string
  readonly hint?: string
}

/** One rule of Talos. */
export type Check = (config: MachineConfig, contract: TalosContract) => readonly Finding[]

/** The value at a path of a document. */
export function at(
  value: ConfigValue | undefined,
  ...path: readonly (string | number)[]
): ConfigValue | undefined {
  return path.reduce<ConfigValue | undefined>(
    (node, key) =>
      typeof node === 'object' && node !== null
        ? (node as Record<string | number, ConfigValue>)[key]
        : undefined,
    value,
  )
}

/** The first document, which all of Talos starts from. */
export function firstDocument(config: MachineConfig): ConfigDocument | undefined {
  return config.find((document) => typeof document.kind !== 'string')
}

export function documentsOfKind(config: MachineConfig, kind: string): readonly ConfigDocument[] {
  return config.filter((document) => document.kind === kind)
}

/** True for text, secret or not, that is not empty. */
export function isSet(value: ConfigValue | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** `machine.type`, where `init` is an older word for a control plane. */
export function machineType(config: MachineConfig): 'controlplane' | 'worker' | undefined {
  const type = at(firstDocument(config), 'machine', 'type')
  if (type === 'init') return 'controlplane'
  return type === 'controlplane' || type === 'worker' ? type : undefined
}
