import { Secret } from '@homerack/secrets'
import { stringify } from 'yaml'
import type { CertificateAndKey, SecretsBundle } from './secrets-bundle.ts'

/** A tree whose leaves are text or secrets: the shape of Talos' secrets.yaml. */
export type SecretsTree = { readonly [key: string]: string | Secret | SecretsTree }

/** The bundle in the shape of Talos' secrets.yaml, secrets still wrapped: ready to be encrypted. */
export function secretsBundleTree(bundle: SecretsBundle): SecretsTree {
  const { cluster, secrets, trustd, certs } = bundle
  const { secretboxEncryptionSecret, aescbcEncryptionSecret } = secrets
  return {
    cluster: { id: cluster.id, secret: cluster.secret },
    secrets: {
      bootstraptoken: secrets.bootstrapToken,
      ...(aescbcEncryptionSecret && { aescbcencryptionsecret: aescbcEncryptionSecret }),
      ...(secretboxEncryptionSecret && { secretboxencryptionsecret: secretboxEncryptionSecret }),
    },
    trustdinfo: { token: trustd.token },
    certs: {
      etcd: pair(certs.etcd),
      k8s: pair(certs.k8s),
      k8saggregator: pair(certs.k8sAggregator),
      k8sserviceaccount: { key: base64Secret(certs.k8sServiceAccount.key) },
      os: pair(certs.os),
    },
  }
}

/** The bundle as the text of a secrets.yaml that `talosctl --with-secrets` reads. */
export function formatSecretsBundle(bundle: SecretsBundle): Secret {
  return new Secret(stringify(revealTree(secretsBundleTree(bundle)), { lineWidth: 0, indent: 4 }))
}

function revealTree(tree: SecretsTree): unknown {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (typeof value === 'string') return [key, value]
      return [key, value instanceof Secret ? value.reveal() : revealTree(value)]
    }),
  )
}

function pair({ crt, key }: CertificateAndKey): SecretsTree {
  return { crt: base64(crt), key: base64Secret(key) }
}

/** Talos writes PEM as base64 of the PEM text. */
export function base64(pem: string): string {
  return Buffer.from(pem).toString('base64')
}

export function base64Secret(pem: Secret): Secret {
  return new Secret(base64(pem.reveal()))
}
