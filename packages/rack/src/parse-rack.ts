import type { Fault } from '@homerack/errors'
import { buildRack } from './build-rack.ts'
import { type Examined, examine, hasErrors } from './examine.ts'
import type { Rack } from './rack.ts'
import { rackFile } from './schema/rack-file.ts'

export type ParsedRack =
  | { readonly rack: Rack; readonly warnings: readonly Fault[] }
  | { readonly faults: readonly Fault[] }

/**
 * Reads the text of a homerack.yaml. Never throws for bad text: all faults come back, warnings among them, sorted
 * by place. `file` names the text in faults, and relative paths are resolved beside it. Whether the files that it
 * names exist is not looked up: readRack does that.
 */
export function parseRack(text: string, options: { file: string }): ParsedRack {
  return finishRack(examine(text, options.file), options.file)
}

/** A rack, if nothing stands against it. */
export function finishRack({ source, faults }: Examined, file: string): ParsedRack {
  if (!source || hasErrors(faults)) return { faults }
  return { rack: buildRack(rackFile.parse(source.data), file), warnings: faults }
}
