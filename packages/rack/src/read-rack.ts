import { readFile } from 'node:fs/promises'
import { type Fault, FaultError } from '@homerack/errors'
import { examine } from './examine.ts'
import { missingFiles } from './missing-files.ts'
import { finishRack } from './parse-rack.ts'
import type { Rack } from './rack.ts'

/**
 * Reads a homerack.yaml, and looks whether the patch files and manifests that it names exist.
 *
 * Throws a FaultError with every fault of the file; besides those of parseRack: E_RACK_NOT_FOUND,
 * E_RACK_UNREADABLE, E_PATCH_MISSING, E_MANIFESTS_MISSING, E_VALUES_UNUSED.
 */
export async function readRack(file: string): Promise<{ rack: Rack; warnings: readonly Fault[] }> {
  const text = await readText(file)
  const result = finishRack(
    examine(text, file, (view) => missingFiles(view, file)),
    file,
  )
  if ('faults' in result) throw new FaultError(result.faults)
  return result
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new FaultError(unreadable(file, error), { cause: error })
  }
}

function unreadable(file: string, error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = 'Name the file, or begin with a copy of examples/three-pi/homerack.yaml.'
    return { code: 'E_RACK_NOT_FOUND', subject: file, cause: 'there is no such file', hint }
  }
  const cause = code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read (${String(code ?? error)})`
  return { code: 'E_RACK_UNREADABLE', subject: file, cause }
}
