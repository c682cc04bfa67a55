import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { Random } from '../x509/index.ts'
import { base64 } from './format-secrets-bundle.ts'
import { newAuthority } from './new-secrets-bundle.ts'
import type { SecretsBundle } from './secrets-bundle.ts'

/** The authorities that a running cluster can exchange (`talosctl rotate-ca`). */
export const rotatableAuthorities = ['os', 'k8s'] as const
export type RotatableAuthority = (typeof rotatableAuthorities)[number]

/**
 * A bundle with new authorities in place of the named ones. A running cluster takes them in three steps, each
 * applied to all nodes: the old bundle with `acceptAuthorities(new)`, the new bundle with
 * `acceptAuthorities(old)`, the new bundle alone.
 */
export function rotateBundle(
  bundle: SecretsBundle,
  authorities: readonly RotatableAuthority[],
  options: { readonly clock?: () => Date; readonly random?: Random } = {},
): SecretsBundle {
  const { clock = () => new Date(), random = randomBytes } = options
  const now = clock()
  const renewed = authorities.map((authority) => [authority, newAuthority(authority, now, random)] as const)
  return { ...bundle, certs: { ...bundle.certs, ...Object.fromEntries(renewed) } }
}

/** A patch for all nodes that makes them trust the Talos and Kubernetes authorities of another bundle too. */
export function acceptAuthorities({ certs }: SecretsBundle, contract: TalosContract): string {
  const machine = { acceptedCAs: [{ crt: base64(certs.os.crt) }] }
  if (!contract.kubernetesDocuments) {
    return stringify(
      { machine, cluster: { acceptedCAs: [{ crt: base64(certs.k8s.crt) }] } },
      { lineWidth: 0 },
    )
  }
  const kubernetes = { apiVersion: 'v1alpha1', kind: 'KubeAPIServerCAConfig', acceptedCAs: [certs.k8s.crt] }
  return [{ machine }, kubernetes].map((document) => stringify(document, { lineWidth: 0 })).join('---\n')
}
