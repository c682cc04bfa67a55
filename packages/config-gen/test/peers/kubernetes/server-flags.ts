import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { issueServerCertificate, type SecretsBundle } from '../../../src/index.ts'
import { issueClientCertificate } from '../../../src/pki/client-certificate.ts'

/** Writes a file of the servers' folder; gives its path. */
type WriteFile = (name: string, text: string) => Promise<string>
type Authority = 'etcd' | 'k8s' | 'k8sAggregator'
type Flags = Record<string, string>

const host = '127.0.0.1'

/** etcd's flags, with client certificates demanded, as on a control plane of Talos. */
export async function etcdFlags(
  bundle: SecretsBundle,
  options: { folder: string; client: number; peer: number; file: WriteFile },
): Promise<Flags> {
  const { folder, client, peer, file } = options
  const [clientUrl, peerUrl] = [`https://${host}:${client}`, `http://${host}:${peer}`]
  const serving = await servingFiles(bundle, 'etcd', file)
  const gateway = await clientFiles(bundle, 'etcd', 'gateway', file)
  return {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': clientUrl,
    'advertise-client-urls': clientUrl,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'cert-file': serving.crt,
    'key-file': serving.key,
    'client-cert-file': gateway.crt,
    'client-key-file': gateway.key,
    'trusted-ca-file': await file('etcd-ca.crt', bundle.certs.etcd.crt),
    'client-cert-auth': 'true',
    'unsafe-no-fsync': 'true',
  }
}

/** kube-apiserver's flags, with the files that Talos gives it. There are no controllers. */
export async function apiServerFlags(
  bundle: SecretsBundle,
  options: { folder: string; client: number; secure: number; file: WriteFile },
): Promise<Flags> {
  const { folder, client, secure, file } = options
  const serving = await servingFiles(bundle, 'k8s', file)
  const etcd = await clientFiles(bundle, 'etcd', 'kube-apiserver', file)
  const proxy = await clientFiles(bundle, 'k8sAggregator', 'front-proxy-client', file)
  const account = await file('service-account.key', bundle.certs.k8sServiceAccount.key.reveal())
  return {
    'etcd-servers': `https://${host}:${client}`,
    'etcd-cafile': join(folder, 'etcd-ca.crt'),
    'etcd-certfile': etcd.crt,
    'etcd-keyfile': etcd.key,
    'bind-address': host,
    'secure-port': String(secure),
    'tls-cert-file': serving.crt,
    'tls-private-key-file': serving.key,
    'client-ca-file': await file('k8s-ca.crt', bundle.certs.k8s.crt),
    'requestheader-client-ca-file': await file('aggregator-ca.crt', bundle.certs.k8sAggregator.crt),
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': proxy.crt,
    'proxy-client-key-file': proxy.key,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': account,
    'service-account-signing-key-file': account,
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'RBAC',
    'cert-dir': folder,
    'disable-admission-plugins': 'ServiceAccount',
  }
}

/** A client certificate of one of the bundle's authorities. */
export function clientPair(bundle: SecretsBundle, authority: Authority, commonName: string) {
  return issueClientCertificate(
    bundle.certs[authority],
    {
      subject: { commonName },
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      random: randomBytes,
    },
    authority,
  )
}

async function clientFiles(bundle: SecretsBundle, authority: Authority, name: string, file: WriteFile) {
  const { crt, key } = clientPair(bundle, authority, name)
  return { crt: await file(`${name}.crt`, crt), key: await file(`${name}.key`, key.reveal()) }
}

async function servingFiles(bundle: SecretsBundle, authority: 'etcd' | 'k8s', file: WriteFile) {
  const { crt, key } = bundle.certs[authority]
  const pair = issueServerCertificate({
    caCrt: crt,
    caKey: key,
    addresses: [host],
    dnsNames: ['localhost'],
    subject: { commonName: `${authority} server` },
  })
  return {
    crt: await file(`${authority}-server.crt`, pair.crt),
    key: await file(`${authority}-server.key`, pair.key),
  }
}
