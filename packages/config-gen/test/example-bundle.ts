import { Secret } from '@homerack/secrets'
import type { SecretsBundle } from '../src/index.ts'

/** A bundle for tests that only carry secrets from here to there: every value says what it is. */
export function exampleBundle(): SecretsBundle {
  const pem = (text: string) =>
    `-----BEGIN EXAMPLE-----\n${Buffer.from(text).toString('base64')}\n-----END EXAMPLE-----\n`
  const pair = (name: string) => ({ crt: pem(`${name} certificate`), key: new Secret(pem(`${name} key`)) })
  return {
    cluster: { id: 'Y2x1c3RlciBpZA==', secret: new Secret('Y2x1c3RlciBzZWNyZXQ=') },
    secrets: {
      bootstrapToken: new Secret('abcdef.0123456789abcdef'),
      secretboxEncryptionSecret: new Secret('c2VjcmV0Ym94IGVuY3J5cHRpb24gc2VjcmV0'),
      aescbcEncryptionSecret: undefined,
    },
    trustd: { token: new Secret('fedcba.fedcba9876543210') },
    certs: {
      etcd: pair('etcd'),
      k8s: pair('k8s'),
      k8sAggregator: pair('aggregator'),
      k8sServiceAccount: { key: new Secret(pem('service account key')) },
      os: pair('os'),
    },
  }
}
