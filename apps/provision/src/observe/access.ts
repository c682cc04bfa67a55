import { mintKubeconfig, mintTalosconfig } from '@homerack/config-gen'
import { type Cluster, connectCluster } from '@homerack/k8s-deploy'
import type { RackNode } from '@homerack/rack'
import { createTalosClient, type TalosClient } from '@homerack/talos'
import type { Reach } from '../site/site.ts'
import type { Maintenance } from './observed.ts'

/** Connections with administrator rights, made from the secrets bundle when first wanted and kept. */
export type Access = {
  talos(node: RackNode): TalosClient
  maintenance(found: Maintenance): TalosClient
  /** @throws FaultError if the Kubernetes API does not answer. */
  kubernetes(): Promise<Cluster>
  close(): void
}

export function createAccess({ rack, bundle, resolve }: Reach, signal: AbortSignal): Access {
  const addresses = rack.nodes.map(({ address }) => address)
  const talosconfig = mintTalosconfig(bundle, { name: rack.name, endpoints: addresses, nodes: addresses })
  const clients = new Map<string, TalosClient>()
  let cluster: Promise<Cluster> | undefined

  const talos = ({ address }: RackNode) => {
    const { ca, crt, key } = talosconfig
    const client =
      clients.get(address) ?? createTalosClient({ address, credentials: { ca, crt, key }, resolve, signal })
    clients.set(address, client)
    return client
  }
  const kubernetes = (): Promise<Cluster> => {
    if (cluster) return cluster
    const server = `https://${rack.cluster.endpoint}:6443`
    const kubeconfig = mintKubeconfig(bundle, { name: rack.name, server }).format()
    const connecting = connectCluster({ kubeconfig, resolve, signal })
    cluster = connecting
    connecting.catch(() => {
      cluster = undefined
    })
    return connecting
  }
  const close = () => {
    for (const client of clients.values()) client.close()
    void cluster?.then((connected) => connected.close())
  }
  const maintenance = ({ address, fingerprint }: Maintenance) =>
    createTalosClient({ address, credentials: { maintenance: { fingerprint } }, resolve, signal })
  return { talos, maintenance, kubernetes, close }
}
