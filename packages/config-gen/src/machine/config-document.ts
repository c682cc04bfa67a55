import type { Secret } from '@homerack/secrets'

/** A value in a machine config. Secrets stay wrapped until the text is made. */
export type ConfigValue =
  | null
  | string
  | number
  | boolean
  | Secret
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue }

/** One YAML document of a machine config. The first has `version`, all others `apiVersion` and `kind`. */
export type ConfigDocument = { readonly [key: string]: ConfigValue }

/** A machine config: the documents in the order in which they are written. */
export type MachineConfig = readonly ConfigDocument[]

/** A document of its own kind; several of a kind are told apart by `name`. */
export function document(kind: string, fields: ConfigDocument): ConfigDocument {
  return { apiVersion: 'v1alpha1', kind, ...fields }
}
