import { createKubernetes, type Kubernetes, type KubernetesOptions } from '../../../src/kubernetes/index.ts'
import { createAuthority, type Pair } from './certificates.ts'
import { type Client, createClient } from './client.ts'

export type TestCluster = {
  kubernetes: Kubernetes
  client: Client
  url: string
  ca: string
  admin: Pair
  /** A client with the certificate of somebody else. */
  as(subject: string): Promise<Client>
  saved(): unknown
  close(): Promise<void>
}

/** A cluster with three nodes on loopback, without delays, and a client that may do everything. */
export async function startCluster(
  options: Partial<KubernetesOptions> & { nodes?: number } = {},
): Promise<TestCluster> {
  const { nodes = 3, ...rest } = options
  const authority = await createAuthority()
  const server = await authority.sign('CN=kube-apiserver', ['127.0.0.1', 'localhost'])
  const admin = await authority.sign('O=system:masters, CN=admin')
  let saved: unknown
  const faults: unknown[] = []
  const kubernetes = await createKubernetes({
    ca: { crt: authority.crt, key: authority.key },
    state: {
      load: async () => saved,
      save: async (state) => {
        saved = JSON.parse(JSON.stringify(state))
      },
    },
    clusterName: 'closet',
    version: 'v1.36.3',
    speed: 0,
    onFault: (fault) => faults.push(fault),
    ...rest,
  })
  for (let number = 1; number <= nodes; number++) {
    kubernetes.addNode({
      name: `pi-${number}`,
      address: `192.168.10.${50 + number}`,
      roles: ['controlplane'],
      version: 'v1.13.9',
    })
  }
  const { port } = await kubernetes.listen({
    host: '127.0.0.1',
    port: 0,
    tls: { cert: server.crt, key: server.key },
  })
  const url = `https://127.0.0.1:${port}`
  const client = createClient(url, authority.crt, admin)
  const others: Client[] = []
  return {
    kubernetes,
    client,
    url,
    ca: authority.crt,
    admin,
    async as(subject) {
      const other = createClient(url, authority.crt, await authority.sign(subject))
      others.push(other)
      return other
    },
    saved: () => saved,
    async close() {
      for (const one of [client, ...others]) one.close()
      await kubernetes.close()
      if (faults.length > 0) throw new Error(`controllers failed: ${JSON.stringify(faults)}`)
    },
  }
}
