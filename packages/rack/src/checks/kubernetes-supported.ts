import { minorOf, talosVersion } from '../talos-versions.ts'
import type { Check } from './check.ts'

/** The Talos version runs this Kubernetes minor. */
export const kubernetesSupported: Check = function* ({ draft }) {
  const { talos, kubernetes } = draft.cluster ?? {}
  const known = talosVersion(talos ?? '')
  if (!known || kubernetes === undefined || known.kubernetes.includes(minorOf(kubernetes))) return
  const cause = `Talos ${talos} runs Kubernetes ${known.kubernetes[0]} to ${known.kubernetes.at(-1)}, not ${kubernetes}`
  const hint = `Talos ${known.minor} comes with Kubernetes ${known.defaultKubernetes}.`
  yield { code: 'E_KUBERNETES_UNSUPPORTED', at: ['cluster', 'kubernetes'], cause, hint }
}
