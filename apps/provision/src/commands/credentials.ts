import { mintKubeconfig, mintTalosconfig } from '@homerack/config-gen'
import { readRack } from '@homerack/rack'
import { reachRehearsal } from '../rehearse/open-rehearsal.ts'
import { reachHardware } from '../site/open-hardware.ts'

export type CredentialsOptions = { readonly state: string; readonly rehearsal: boolean }

/** A kubeconfig or talosconfig as text, for standard output only: nothing secret is left on the disk. */
export async function credentials(
  kind: 'kubeconfig' | 'talosconfig',
  file: string,
  { state, rehearsal }: CredentialsOptions,
): Promise<string> {
  const { rack } = await readRack(file)
  const { bundle, resolve } = rehearsal
    ? await reachRehearsal(rack, state)
    : await reachHardware({ rack, state })
  const { name, cluster, nodes } = rack
  if (kind === 'kubeconfig') {
    return mintKubeconfig(bundle, { name, server: `https://${resolve(cluster.endpoint)}:6443` })
      .format()
      .reveal()
  }
  const addresses = nodes.map(({ address }) => resolve(address))
  const endpoints = nodes.filter(({ role }) => role === 'controlplane').map(({ address }) => resolve(address))
  return mintTalosconfig(bundle, { name, endpoints, nodes: addresses }).format().reveal()
}
