import { existsSync, globSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** What compiling needs that npm and Debian do not have. */
export type PureScript = { readonly purs: string; readonly libraries: string }

/**
 * A compiler (`HOMERACK_PURS`, or `purs` on the PATH) and the sources of the libraries in spago.lock
 * (`HOMERACK_PURESCRIPT_PACKAGES`: a folder of `<name>-<version>/src`, or `.spago/p` as spago leaves it).
 */
export function findPureScript(): PureScript | { readonly missing: string } {
  const named = process.env.HOMERACK_PURS
  const purs = named ?? onPath('purs')
  if (purs === undefined || !existsSync(purs)) {
    return { missing: 'no purs: put it on the PATH, or its path in HOMERACK_PURS' }
  }
  const libraries = process.env.HOMERACK_PURESCRIPT_PACKAGES ?? join(import.meta.dirname, '.spago/p')
  if (globSync(join(libraries, 'halogen-*/src')).length === 0) {
    return { missing: 'no PureScript libraries: put their folder in HOMERACK_PURESCRIPT_PACKAGES' }
  }
  return { purs: resolve(purs), libraries: resolve(libraries) }
}

function onPath(command: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file))
}
