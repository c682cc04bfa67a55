import { randomBytes } from 'node:crypto'
import { Secret } from '@homerack/secrets'
import { stringify } from 'yaml'
import { base64 } from '../secrets/format-secrets-bundle.ts'
import type { SecretsBundle } from '../secrets/secrets-bundle.ts'
import type { Random } from '../x509/index.ts'
import { issueClientCertificate } from './client-certificate.ts'

export type KubeconfigOptions = {
  /** Name of the cluster. */
  readonly name: string
  /** The API server, `https://192.168.10.50:6443`. */
  readonly server: string
  /** Common name of the certificate; `admin` unless told. */
  readonly user?: string
  /** Its organizations; `system:masters` unless told. */
  readonly groups?: readonly string[]
  /** Milliseconds; a year unless told. */
  readonly lifetime?: number
  readonly clock?: () => Date
  readonly random?: Random
}

export type Kubeconfig = {
  readonly name: string
  readonly server: string
  readonly user: string
  /** PEM. */
  readonly ca: string
  /** PEM. */
  readonly crt: string
  /** PEM, SEC 1. */
  readonly key: Secret
  readonly notAfter: Date
  /** The kubeconfig file. */
  format(): Secret
}

const year = 365 * 86_400_000
const allowedTimeSkew = 10_000

/**
 * A kubeconfig, made from the bundle alone, as `talosctl kubeconfig` would fetch it (pkg/kubeconfig, Talos
 * v1.13.9): a P-256 client certificate, valid from ten seconds ago.
 *
 * Throws what reading the bundle's Kubernetes authority throws.
 */
export function mintKubeconfig(bundle: SecretsBundle, options: KubeconfigOptions): Kubeconfig {
  const { name, server, user = 'admin', groups = ['system:masters'], lifetime = year } = options
  const { clock = () => new Date(), random = randomBytes } = options
  const now = clock().getTime()
  const notAfter = new Date(now + lifetime)
  const content = {
    subject: { organizations: groups, commonName: user },
    notBefore: new Date(now - allowedTimeSkew),
    notAfter,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    random,
  } as const
  const { crt, key } = issueClientCertificate(bundle.certs.k8s, content, 'certs.k8s')
  const ca = bundle.certs.k8s.crt
  const format = () => new Secret(stringify(document({ name, server, user, ca, crt, key }), { lineWidth: 0 }))
  return { name, server, user, ca, crt, key, notAfter, format }
}

function document(config: Pick<Kubeconfig, 'name' | 'server' | 'user' | 'ca' | 'crt' | 'key'>): unknown {
  const { name, server, ca, crt, key } = config
  const user = `${config.user}@${name}`
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { 'certificate-authority-data': base64(ca), server } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(crt), 'client-key-data': base64(key.reveal()) },
      },
    ],
    contexts: [{ name: user, context: { cluster: name, namespace: 'default', user } }],
    'current-context': user,
  }
}
