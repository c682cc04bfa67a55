import { stringify } from 'yaml'
import { issueCertificate } from './issue-certificate.ts'
import type { MachineConfig } from './machine-config.ts'

/** An administrator's kubeconfig in Talos' form: names `<cluster>` and `admin@<cluster>`, a certificate for a year. */
export async function adminKubeconfig({ cluster }: MachineConfig, now: Date): Promise<string> {
  const { crt, key } = cluster.kubernetesCa ?? {}
  if (!crt || !key) throw new TypeError('a kubeconfig needs the Kubernetes CA with its key')
  const client = await issueCertificate({
    ca: { crt, key },
    subject: { commonName: 'admin', organizations: ['system:masters'] },
    usage: 'client',
    now,
  })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user = `admin@${cluster.name}`
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster.name,
        cluster: { server: cluster.endpoint.origin, 'certificate-authority-data': base64(crt) },
      },
    ],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(client.crt), 'client-key-data': base64(client.key) },
      },
    ],
    contexts: [{ context: { cluster: cluster.name, namespace: 'default', user }, name: user }],
    'current-context': user,
  })
}
