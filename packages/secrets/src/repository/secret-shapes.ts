/** A text that gives a secret away. `check` looks closer at what the pattern found. */
type SecretShape = {
  readonly what: string
  readonly pattern: RegExp
  readonly check?: (match: string) => boolean
}

/**
 * Shapes with enough random characters that documentation and code do not match them. Base64 of a PEM private
 * key is how Talos' secrets.yaml, machine configs and talosconfig, and kubeconfig's client-key-data hold keys.
 */
export const secretShapes: readonly SecretShape[] = [
  { what: 'an age identity', pattern: /AGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/g },
  {
    what: 'a private key (PEM)',
    pattern: /-----BEGIN (?!ENCRYPTED )[A-Z0-9 ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}/g,
  },
  {
    what: 'a private key (base64 of PEM)',
    pattern: /LS0tLS1CRUdJTi[A-Za-z0-9+/=]{60,}/g,
    check: (match) => /^-----BEGIN (?!ENCRYPTED )[A-Z0-9 ]*PRIVATE KEY-----/.test(atobText(match)),
  },
  {
    what: 'a bootstrap or join token of Talos or Kubernetes',
    pattern: /(?<=\b(?:bootstrap)?token"?:\s{1,8}"?)[a-z0-9]{6}\.[a-z0-9]{16}\b/gi,
  },
  {
    what: 'an encryption secret of Talos',
    pattern: /(?<=\b(?:secretbox|aescbc)EncryptionSecret"?:\s{1,8}"?)[A-Za-z0-9+/]{43}=/gi,
  },
]

function atobText(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
