import { mintKubeconfig } from '../pki/mint-kubeconfig.ts'
import { mintTalosconfig, type TalosRole } from '../pki/mint-talosconfig.ts'
import { openBundle, openRack, output, type Print, type SharedOptions } from './session.ts'

export type LifetimeOption = { readonly days: number }

const day = 86_400_000

/** A talosconfig for the rack's control planes. */
export async function talosconfig(
  options: SharedOptions & LifetimeOption & { readonly role: readonly string[] },
  print: Print,
): Promise<void> {
  const { rack } = await openRack(options)
  const endpoints = rack.nodes.filter(({ role }) => role === 'controlplane').map(({ address }) => address)
  const config = mintTalosconfig(await openBundle(rack, options), {
    name: rack.name,
    roles: options.role as readonly TalosRole[],
    endpoints,
    nodes: rack.nodes.map(({ address }) => address),
    lifetime: options.days * day,
  })
  await output(config.format().reveal(), options, print)
}

/** A kubeconfig for the rack's virtual address. */
export async function kubeconfig(
  options: SharedOptions & LifetimeOption & { readonly user: string; readonly group: readonly string[] },
  print: Print,
): Promise<void> {
  const { rack } = await openRack(options)
  const config = mintKubeconfig(await openBundle(rack, options), {
    name: rack.name,
    server: `https://${rack.cluster.endpoint}:6443`,
    user: options.user,
    groups: options.group,
    lifetime: options.days * day,
  })
  await output(config.format().reveal(), options, print)
}
