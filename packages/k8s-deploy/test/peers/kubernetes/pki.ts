import {
  issueServerCertificate,
  mintKubeconfig,
  newSecretsBundle,
  talosContract,
} from '../../../../config-gen/src/index.ts'
import { kubeconfigFor, type Pair } from '../../certificates.ts'

/** Who a kubeconfig is of: a user with a certificate, an administrator unless told, or a bearer of a token. */
export type Who =
  | { readonly user: string; readonly groups?: readonly string[]; readonly hasExpired?: boolean }
  | { readonly token: string }

/** Certificates and keys of one cluster, as config-gen makes them for a rack. */
export type Pki = {
  /** The certificate of the cluster's authority. */
  readonly ca: string
  /** Signs the tokens of service accounts: RSA. */
  readonly tokenKey: string
  serving(address: string): Pair
  kubeconfig(server: string, who?: Who): string
}

export async function createPki(): Promise<Pki> {
  const bundle = await newSecretsBundle({ contract: talosContract('1.14') })
  const { k8s, k8sServiceAccount } = bundle.certs
  const hour = 3_600_000
  return {
    ca: k8s.crt,
    tokenKey: k8sServiceAccount.key.reveal(),
    serving: (address) =>
      issueServerCertificate({ caCrt: k8s.crt, caKey: k8s.key, addresses: [address], dnsNames: [] }),
    kubeconfig(server, who = { user: 'admin' }) {
      if ('token' in who) return kubeconfigFor(server, k8s.crt, who)
      const { hasExpired = false, ...names } = who
      const past = { clock: () => new Date(Date.now() - 2 * hour), lifetime: hour }
      return mintKubeconfig(bundle, { name: 'test', server, ...names, ...(hasExpired ? past : {}) })
        .format()
        .reveal()
    },
  }
}
