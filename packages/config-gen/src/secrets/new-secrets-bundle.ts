import { randomBytes } from 'node:crypto'
import { Secret } from '@homerack/secrets'
import type { TalosContract } from '../contract/talos-contract.ts'
import {
  formatPrivateKey,
  newCertificateAuthority,
  newEd25519Key,
  newP256Key,
  newRsaKey,
  type Random,
} from '../x509/index.ts'
import type { CertificateAndKey, SecretsBundle } from './secrets-bundle.ts'
import { newKey32, newToken } from './tokens.ts'

export type NewSecretsOptions = {
  readonly contract: TalosContract
  readonly clock?: () => Date
  readonly random?: Random
}

/**
 * A bundle for a new cluster, with the algorithms of `talosctl gen secrets`: an Ed25519 authority for Talos,
 * P-256 authorities for etcd, Kubernetes and the aggregator (whose subject is empty), an RSA-4096 key for
 * service accounts. Authorities live ten years. Takes about a second, for the RSA key.
 */
export async function newSecretsBundle(options: NewSecretsOptions): Promise<SecretsBundle> {
  const { contract, clock = () => new Date(), random = randomBytes } = options
  const now = clock()
  return {
    cluster: {
      id: newKey32(random, contract.urlSafeClusterId ? 'base64url' : 'base64'),
      secret: new Secret(newKey32(random)),
    },
    secrets: {
      bootstrapToken: newToken(random),
      secretboxEncryptionSecret: new Secret(newKey32(random)),
      aescbcEncryptionSecret: undefined,
    },
    trustd: { token: newToken(random) },
    certs: {
      etcd: newAuthority('etcd', now, random),
      k8s: newAuthority('k8s', now, random),
      k8sAggregator: newAuthority('k8sAggregator', now, random),
      k8sServiceAccount: { key: new Secret(formatPrivateKey(await newRsaKey())) },
      os: newAuthority('os', now, random),
    },
  }
}

export type Authority = 'etcd' | 'k8s' | 'k8sAggregator' | 'os'

const organizations: Record<Authority, readonly string[]> = {
  etcd: ['etcd'],
  k8s: ['kubernetes'],
  k8sAggregator: [],
  os: ['talos'],
}

/** A new certificate authority for one purpose. */
export function newAuthority(authority: Authority, now: Date, random: Random): CertificateAndKey {
  const key = authority === 'os' ? newEd25519Key(random) : newP256Key(random)
  const name = { organizations: organizations[authority] }
  const pair = newCertificateAuthority({ name, key, now, random })
  return { crt: pair.crt, key: new Secret(pair.key) }
}
