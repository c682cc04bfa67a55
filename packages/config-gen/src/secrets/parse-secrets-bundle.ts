import { type Fault, FaultError } from '@homerack/errors'
import { Secret } from '@homerack/secrets'
import { type Document, parseDocument, visit } from 'yaml'
import { checkSecretsBundle } from './check-secrets-bundle.ts'
import type { CertificateAndKey, SecretsBundle } from './secrets-bundle.ts'

/**
 * Reads the text of a Talos secrets.yaml, as `talosctl gen secrets` or `formatSecretsBundle` wrote it.
 *
 * Throws `E_SECRETS_SYNTAX` (not YAML), `E_SECRETS_MISSING` and `E_SECRETS_FORMAT` (a field), `E_PEM`,
 * `E_PRIVATE_KEY`, `E_CERTIFICATE`, `E_KEY_MISMATCH`; all faults at once, none with a value in it.
 */
export function parseSecretsBundle(text: string, file = 'secrets.yaml'): SecretsBundle {
  const document = parseDocument(text, { logLevel: 'silent' })
  const [error] = document.errors
  const aliases = hasAlias(document)
  if (error || aliases) {
    // The parser's message may quote a line of the file, so only its code is repeated.
    const cause = error ? `${error.code} at line ${error.linePos?.[0].line ?? '?'}` : 'it contains aliases'
    throw new FaultError({
      code: 'E_SECRETS_SYNTAX',
      subject: file,
      cause: `this is not the YAML of a bundle: ${cause}`,
    })
  }
  return secretsBundleFromTree(document.toJS({ maxAliasCount: 0 }), file)
}

/** The same, from a tree whose leaves may already be secrets (a decrypted SOPS file). */
export function secretsBundleFromTree(tree: unknown, file: string): SecretsBundle {
  const faults: Fault[] = []
  const read = reader(tree, file, faults)
  const bundle: SecretsBundle = {
    cluster: { id: read.text('cluster.id').reveal(), secret: read.text('cluster.secret') },
    secrets: {
      bootstrapToken: read.text('secrets.bootstraptoken'),
      secretboxEncryptionSecret: read.optional('secrets.secretboxencryptionsecret'),
      aescbcEncryptionSecret: read.optional('secrets.aescbcencryptionsecret'),
    },
    trustd: { token: read.text('trustdinfo.token') },
    certs: {
      etcd: read.pair('certs.etcd'),
      k8s: read.pair('certs.k8s'),
      k8sAggregator: read.pair('certs.k8saggregator'),
      k8sServiceAccount: { key: read.pem('certs.k8sserviceaccount.key') },
      os: read.pair('certs.os'),
    },
  }
  if (faults.length === 0) faults.push(...checkSecretsBundle(bundle, file))
  if (faults.length > 0) throw new FaultError(faults)
  return bundle
}

/** An alias may stand for a secret elsewhere in the file, and need not be resolvable. */
function hasAlias(document: Document): boolean {
  let found = false
  visit(document, {
    Alias() {
      found = true
      return visit.BREAK
    },
  })
  return found
}

function reader(tree: unknown, file: string, faults: Fault[]) {
  const nothing = new Secret('')
  const optional = (path: string): Secret | undefined => {
    const value = path
      .split('.')
      .reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), tree)
    if (value === undefined || value === null || value === '') return undefined
    if (value instanceof Secret) return value
    if (typeof value === 'string') return new Secret(value)
    faults.push({ code: 'E_SECRETS_FORMAT', subject: file, cause: `${path} must be text` })
    return nothing
  }
  const text = (path: string): Secret => {
    const value = optional(path)
    if (value) return value
    faults.push({
      code: 'E_SECRETS_MISSING',
      subject: file,
      cause: `${path} is missing`,
      hint: 'Was the file cut off? A complete bundle is what `talosctl gen secrets` or `config-gen secrets new` writes.',
    })
    return nothing
  }
  const pem = (path: string): Secret => {
    const base64 = text(path).reveal()
    const decoded = Buffer.from(base64, 'base64')
    if (base64 === '' || decoded.toString('base64') === base64) return new Secret(decoded.toString())
    faults.push({
      code: 'E_SECRETS_FORMAT',
      subject: file,
      cause: `${path} is not base64`,
      hint: 'Talos writes certificates and keys as base64 of their PEM text.',
    })
    return nothing
  }
  const pair = (path: string): CertificateAndKey => ({
    crt: pem(`${path}.crt`).reveal(),
    key: pem(`${path}.key`),
  })
  return { optional, text, pem, pair }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Secret)
}
