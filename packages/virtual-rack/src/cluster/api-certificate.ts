import type { RackContext } from '../rack/rack-context.ts'
import { issueCertificate, type KeyPair } from '../talos/issue-certificate.ts'
import type { MachineConfig } from '../talos/machine-config.ts'

/** An API server's certificate, valid for the real addresses and names, and for the loopback that plays them. */
export function apiCertificate(
  context: RackContext,
  config: MachineConfig,
  address: string,
): Promise<KeyPair> {
  const endpoint = config.cluster.endpoint.hostname
  const all = [
    ...new Set([address, ...(config.vip ? [config.vip] : []), ...(isAddress(endpoint) ? [endpoint] : [])]),
  ]
  const { crt, key } = config.cluster.kubernetesCa ?? {}
  if (!crt || !key) throw new TypeError('a control plane config has a Kubernetes CA with its key')
  return issueCertificate({
    ca: { crt, key },
    subject: { commonName: 'kube-apiserver', organizations: ['kube-master'] },
    addresses: [...new Set([...all, ...all.map(context.loopback), '10.96.0.1', '127.0.0.1'])],
    dnsNames: [
      ...[
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ],
      ...[
        'localhost',
        ...(config.hostname ? [config.hostname] : []),
        ...(isAddress(endpoint) ? [] : [endpoint]),
      ],
    ],
    usage: 'server',
    now: context.now(),
  })
}

function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host)
}
