import { talosVersion, talosVersions } from '../talos-versions.ts'
import type { Check } from './check.ts'

/** homerack knows this Talos minor. */
export const talosSupported: Check = function* ({ draft }) {
  const talos = draft.cluster?.talos
  if (talos === undefined || talosVersion(talos)) return
  const cause = `homerack does not know Talos ${talos}`
  const hint = `It knows ${talosVersions.map(({ minor, newest }) => `${minor} (newest seen: ${newest})`).join(' and ')}.`
  yield { code: 'E_TALOS_UNSUPPORTED', at: ['cluster', 'talos'], cause, hint }
}
