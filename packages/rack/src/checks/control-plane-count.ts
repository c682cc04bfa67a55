import type { Finding } from '../finding.ts'
import type { Check } from './check.ts'

/** etcd needs a majority: 3 members survive the loss of one, 4 still only of one, 5 of two. */
export const controlPlaneCount: Check = function* ({ draft }) {
  if (!draft.nodes || draft.nodes.some((node) => !node?.role)) return
  const count = draft.nodes.filter((node) => node?.role === 'controlplane').length
  const finding = judge(count)
  if (finding) yield { ...finding, at: ['nodes'] }
}

function judge(count: number): Omit<Finding, 'at'> | undefined {
  if (count === 0) {
    const hint = 'Give one node, or better three, role: controlplane.'
    return { code: 'E_NO_CONTROL_PLANE', cause: 'there is no control plane', hint }
  }
  if (count === 1) {
    const cause = 'one control plane: while it is down, so is the Kubernetes API'
    return { code: 'W_SINGLE_CONTROL_PLANE', cause, hint: 'Three control planes survive the loss of one.' }
  }
  if (count % 2 === 0) {
    const cause = `${count} control planes survive no more failures than ${count - 1} would`
    return { code: 'W_EVEN_CONTROL_PLANES', cause, hint: `Make it ${count - 1} or ${count + 1}.` }
  }
  return undefined
}
