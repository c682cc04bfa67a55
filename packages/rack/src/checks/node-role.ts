import { type Check, entriesOf } from './check.ts'

/** Every node has a role, its own or from nodeDefaults. */
export const nodeRole: Check = function* ({ draft, written }) {
  for (const [index] of entriesOf(draft.nodes)) {
    const at = ['nodes', index, 'role']
    const hint = 'Write role: controlplane or role: worker, here or in nodeDefaults.'
    if (!written(at)) yield { code: 'E_MISSING_KEY', at, cause: 'role is missing', hint }
  }
}
