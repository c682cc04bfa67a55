import type { Secret } from '@homerack/secrets'

/** A certificate as PEM and its private key as PEM, in the labels that Talos writes. */
export type CertificateAndKey = { readonly crt: string; readonly key: Secret }

/**
 * Everything secret that a cluster is made of: the content of Talos' secrets.yaml
 * (pkg/machinery/config/generate/secrets, Talos v1.13.9 and v1.14.1).
 */
export type SecretsBundle = {
  readonly cluster: {
    /** 32 bytes, base64. Names the cluster to the discovery service; not secret by itself. */
    readonly id: string
    /** 32 bytes, base64. Encrypts what the discovery service is told. */
    readonly secret: Secret
  }
  readonly secrets: {
    /** `[a-z0-9]{6}.[a-z0-9]{16}`, with which kubelets join. */
    readonly bootstrapToken: Secret
    /** 32 bytes, base64. Encrypts Secrets in etcd. Clusters older than Talos 1.3 have the other one. */
    readonly secretboxEncryptionSecret: Secret | undefined
    readonly aescbcEncryptionSecret: Secret | undefined
  }
  /** `[a-z0-9]{6}.[a-z0-9]{16}`, with which workers ask control planes for a certificate. */
  readonly trustd: { readonly token: Secret }
  readonly certs: {
    readonly etcd: CertificateAndKey
    readonly k8s: CertificateAndKey
    readonly k8sAggregator: CertificateAndKey
    /** Signs service account tokens. */
    readonly k8sServiceAccount: { readonly key: Secret }
    /** Talos' own API. */
    readonly os: CertificateAndKey
  }
}
