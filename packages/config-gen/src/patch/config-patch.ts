import type { Place } from '@homerack/errors'
import type { DocumentId } from '../config-types/document-id.ts'
import type { ConfigDocument } from '../machine/config-document.ts'

/** The text of a patch and what to call it in faults: a file, or where in homerack.yaml it is. */
export type ConfigPatch = { readonly source: string; readonly text: string }

/** One thing to do to one document. */
export type PatchStep =
  | {
      readonly do: 'merge'
      readonly id: DocumentId
      readonly document: ConfigDocument
      readonly place: Place | undefined
    }
  | {
      readonly do: 'delete'
      readonly id: DocumentId
      /** Field names; empty: the whole document. */
      readonly path: readonly string[]
      /** For a member of a list: the field that finds it. */
      readonly member: { readonly key: string; readonly value: string } | undefined
      readonly place: Place | undefined
    }
