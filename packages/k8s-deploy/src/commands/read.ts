import { readFile } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import { readSources } from '../sources/read-sources.ts'
import type { CommandOptions } from './command-options.ts'

/** What the sources on the command line declare. */
export async function readDeclared(
  sources: readonly string[],
  { name, namespace, values = [], input: file }: CommandOptions,
  signal: AbortSignal,
): Promise<Manifest[]> {
  const input = file === undefined ? undefined : await readJson(file)
  return readSources(sources, { name, namespace, values, input, signal })
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    // A parser quotes what it reads.
    const cause =
      error instanceof SyntaxError
        ? 'is not JSON'
        : `cannot be read (${(error as NodeJS.ErrnoException).code})`
    throw new FaultError({ code: 'E_INPUT', subject: file, cause })
  }
}
