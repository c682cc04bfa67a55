import { createKubernetes, type Kubernetes } from '../../virtual-rack/src/kubernetes/index.ts'
import { type Cluster, connectCluster } from '../src/index.ts'
import { type Authority, createAuthority, kubeconfigFor } from './certificates.ts'

export type VirtualCluster = {
  readonly cluster: Cluster
  readonly api: Kubernetes
  readonly kubeconfig: string
  /** Signs the certificates of its clients. */
  readonly authority: Authority
  /** Ends the API server, keeps what it stores, and starts it again on the same port. */
  restart(down: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** The address by which the kubeconfig names the API server; it is dialled at loopback. */
export const rackAddress = '192.168.10.50'

/** A Kubernetes with one node, in this process, that knows no delays, and a connection to it. */
export async function createVirtualCluster(): Promise<VirtualCluster> {
  const authority = await createAuthority()
  const api = await createKubernetes({
    ca: authority,
    state: { load: async () => undefined, save: async () => {} },
    clusterName: 'test',
    version: 'v1.36.3',
    speed: 0,
  })
  api.addNode({
    name: 'pi-1',
    address: '192.168.10.51',
    roles: [],
    labels: {},
    taints: [],
    version: 'v1.36.3',
  })
  const serving = await authority.issue('CN=kube-apiserver', { addresses: [rackAddress, '127.0.0.1'] })
  const tls = { cert: serving.crt, key: serving.key }
  let listener = await api.listen({ host: '127.0.0.1', port: 0, tls })
  const { port } = listener
  const admin = await authority.issue('CN=admin,O=system:masters')
  const kubeconfig = kubeconfigFor(`https://${rackAddress}:${port}`, authority.crt, admin)
  const cluster = await connectCluster({ kubeconfig, resolve: () => '127.0.0.1' })
  return {
    cluster,
    api,
    kubeconfig,
    authority,
    async restart(down) {
      await listener.close()
      await down()
      listener = await api.listen({ host: '127.0.0.1', port, tls })
    },
    async close() {
      cluster.close()
      await api.close()
    },
  }
}
