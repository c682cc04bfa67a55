import type { Draft, RackDraft } from './schema/draft.ts'
import type { RackFile } from './schema/rack-file.ts'

type NodeDraft = Draft<RackFile['nodes'][number]>
type DefaultsDraft = Draft<RackFile['nodeDefaults']>

/** The same file with nodeDefaults filled into every node. A complete file stays complete. */
export function mergeNodeDefaults<T extends RackDraft>(file: T): T {
  if (!file.nodes) return file
  return { ...file, nodes: file.nodes.map((node) => node && withDefaults(file.nodeDefaults ?? {}, node)) }
}

/** disk, labels and taints are merged key by key; patches of the defaults come first. */
function withDefaults(defaults: DefaultsDraft, node: NodeDraft): NodeDraft {
  return {
    ...over(defaults, node),
    disk: over(defaults.disk ?? {}, node.disk ?? {}),
    labels: { ...defaults.labels, ...node.labels },
    taints: { ...defaults.taints, ...node.taints },
    patches: [...(defaults.patches ?? []), ...(node.patches ?? [])],
  }
}

/** `upper` laid over `lower`; what is undefined covers nothing. */
function over<L extends object, U extends object>(lower: L, upper: U): L & U {
  const said = Object.entries(upper).filter(([, value]) => value !== undefined)
  return { ...lower, ...Object.fromEntries(said) } as L & U
}
