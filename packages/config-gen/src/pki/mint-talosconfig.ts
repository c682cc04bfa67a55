import { randomBytes } from 'node:crypto'
import { FaultError } from '@homerack/errors'
import { Secret } from '@homerack/secrets'
import { stringify } from 'yaml'
import { base64 } from '../secrets/format-secrets-bundle.ts'
import type { SecretsBundle } from '../secrets/secrets-bundle.ts'
import type { Random } from '../x509/index.ts'
import { issueClientCertificate } from './client-certificate.ts'

/** What a client may do (pkg/machinery/role, Talos v1.13.9). */
export const talosRoles = [
  'os:admin',
  'os:operator',
  'os:reader',
  'os:etcd:backup',
  'os:impersonator',
  'os:meta:writer',
  'os:image:verifier',
] as const

export type TalosRole = (typeof talosRoles)[number]

export type TalosconfigOptions = {
  /** Name of the context: the cluster. */
  readonly name: string
  /** `os:admin` unless told. */
  readonly roles?: readonly TalosRole[]
  /** Control planes that the client dials. Never the virtual address: it answers only while etcd does. */
  readonly endpoints: readonly string[]
  /** Nodes that commands are meant for when none is named. */
  readonly nodes?: readonly string[]
  /** Milliseconds; a year unless told. */
  readonly lifetime?: number
  readonly clock?: () => Date
  readonly random?: Random
}

export type Talosconfig = {
  readonly name: string
  readonly endpoints: readonly string[]
  readonly nodes: readonly string[]
  /** The authority that servers are verified against, PEM. */
  readonly ca: string
  /** The client's certificate, PEM. */
  readonly crt: string
  /** The client's key, PEM under Talos' Ed25519 label (Node wants `nodeKeyPem` of it). */
  readonly key: Secret
  readonly notAfter: Date
  /** The talosconfig file. */
  format(): Secret
}

const year = 365 * 86_400_000

/**
 * A talosconfig, made from the bundle alone: Ed25519, the roles as organizations, no common name.
 *
 * Throws `E_TALOS_ROLE`, and what reading the bundle's Talos authority throws.
 */
export function mintTalosconfig(bundle: SecretsBundle, options: TalosconfigOptions): Talosconfig {
  const { name, endpoints, nodes = [], roles = ['os:admin'], lifetime = year } = options
  const { clock = () => new Date(), random = randomBytes } = options
  checkRoles(roles)
  const now = clock()
  const notAfter = new Date(now.getTime() + lifetime)
  const content = {
    subject: { organizations: roles },
    notBefore: now,
    notAfter,
    keyUsage: ['digitalSignature'],
    random,
  } as const
  const { crt, key } = issueClientCertificate(bundle.certs.os, content, 'certs.os')
  const ca = bundle.certs.os.crt
  const format = () => {
    const context = {
      endpoints,
      ...(nodes.length > 0 && { nodes }),
      ca: base64(ca),
      crt: base64(crt),
      key: base64(key.reveal()),
    }
    return new Secret(
      stringify({ context: name, contexts: { [name]: context } }, { lineWidth: 0, indent: 4 }),
    )
  }
  return { name, endpoints, nodes, ca, crt, key, notAfter, format }
}

function checkRoles(roles: readonly string[]): void {
  const faults = roles
    .filter((role) => !talosRoles.some((known) => known === role))
    .map((role) => ({
      code: 'E_TALOS_ROLE' as const,
      subject: role,
      cause: 'Talos has no such role',
      hint: `Roles: ${talosRoles.join(', ')}.`,
    }))
  if (faults.length > 0) throw new FaultError(faults)
}
