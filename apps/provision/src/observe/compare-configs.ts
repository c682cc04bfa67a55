import { parseAllDocuments } from 'yaml'

type Tree = { readonly [key: string]: unknown }

/**
 * The places where two machine configs differ, as paths; never their values, which may be secret. Order and
 * comments do not count. Empty if they mean the same.
 */
export function compareConfigs(live: string, wanted: string): string[] {
  const [a, b] = [documents(live), documents(wanted)]
  const names = [...new Set([...a.keys(), ...b.keys()])].sort()
  return names.flatMap((name) => differences(a.get(name), b.get(name), name))
}

function documents(text: string): Map<string, unknown> {
  return new Map(
    parseAllDocuments(text).flatMap((document) => {
      const value: unknown = document.toJS()
      if (!isTree(value)) return []
      const kind = typeof value.kind === 'string' ? value.kind : 'machine config'
      return [[typeof value.name === 'string' ? `${kind} ${value.name}` : kind, value] as const]
    }),
  )
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (isTree(a) && isTree(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
    return keys.flatMap((key) => differences(a[key], b[key], `${path}.${key}`))
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path]
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
