import { createPrivateKey, type KeyObject } from 'node:crypto'

/** A private key from PEM. Node refuses the label `ED25519 PRIVATE KEY`, under which Talos keeps PKCS #8. */
export function loadPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem.replaceAll('ED25519 PRIVATE KEY', 'PRIVATE KEY'))
}
