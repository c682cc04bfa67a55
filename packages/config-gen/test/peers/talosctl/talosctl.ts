import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { parseAllDocuments } from 'yaml'
import { talosContract } from '../../../src/index.ts'

/** The talosctl of each contract, or why there is none. */
export const talosctls = (['talosctl-1.13', 'talosctl-1.14'] as const).map((name) => {
  const peer = findPeer(name)
  const contract = talosContract(name.replace('talosctl-', 'v'))
  return {
    name,
    contract,
    missing: 'missing' in peer ? peer.missing : '',
    path: 'path' in peer ? peer.path : '',
  }
})

/** Runs talosctl; its standard output, or an Error with what it complained about. */
export function run(path: string, args: readonly string[], cwd = tmpdir()): string {
  try {
    return execFileSync(path, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
    })
  } catch (error) {
    throw new Error(String((error as { stderr?: string }).stderr ?? error))
  }
}

/** Calls `use` with an empty folder that is gone afterwards. */
export function inFolder<Result>(
  use: (folder: string, write: (name: string, text: string) => string) => Result,
): Result {
  const folder = mkdtempSync(join(tmpdir(), 'config-gen-'))
  try {
    return use(folder, (name, text) => {
      const file = join(folder, name)
      writeFileSync(file, text)
      return file
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The documents of a config as plain values, keyed by kind and name, so that order does not matter. */
export function documentsOf(text: string): Record<string, unknown> {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents)) return {}
  const values = documents.map((document) => document.toJS() as { kind?: string; name?: string })
  return Object.fromEntries(values.map((value) => [`${value.kind ?? 'v1alpha1'}/${value.name ?? ''}`, value]))
}
