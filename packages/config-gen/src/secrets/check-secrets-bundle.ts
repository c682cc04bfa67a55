import { type Fault, faultsOf } from '@homerack/errors'
import { parsePrivateKey, readIssuer } from '../x509/index.ts'
import type { SecretsBundle } from './secrets-bundle.ts'

const token = /^[a-z0-9]{6}\.[a-z0-9]{16}$/

/** What is wrong with a complete bundle: tokens, encryption secrets, certificates and keys. Repeats no value. */
export function checkSecretsBundle(bundle: SecretsBundle, subject: string): readonly Fault[] {
  const { secrets, trustd, certs } = bundle
  const format = (cause: string): Fault => ({ code: 'E_SECRETS_FORMAT', subject, cause })
  const faults: Fault[] = []
  if (!token.test(secrets.bootstrapToken.reveal())) faults.push(format(`secrets.bootstraptoken ${tokenForm}`))
  if (!token.test(trustd.token.reveal())) faults.push(format(`trustdinfo.token ${tokenForm}`))
  const encryption = [secrets.secretboxEncryptionSecret, secrets.aescbcEncryptionSecret]
  if (encryption.filter(Boolean).length !== 1) {
    faults.push(
      format('exactly one of secrets.secretboxencryptionsecret and secrets.aescbcencryptionsecret is needed'),
    )
  }
  for (const name of ['etcd', 'k8s', 'k8sAggregator', 'os'] as const) {
    const { crt, key } = certs[name]
    faults.push(
      ...faultsIn(() => readIssuer({ crt, key: key.reveal() }, `${subject}: certs.${name.toLowerCase()}`)),
    )
  }
  const account = () =>
    parsePrivateKey(certs.k8sServiceAccount.key.reveal(), `${subject}: certs.k8sserviceaccount`)
  return [...faults, ...faultsIn(account)]
}

const tokenForm = 'does not have the form of a token: six characters, a dot, sixteen characters of a-z0-9'

function faultsIn(check: () => unknown): readonly Fault[] {
  try {
    check()
    return []
  } catch (error) {
    const faults = faultsOf(error)
    if (faults) return faults
    throw error
  }
}
