import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  newSecretsBundle,
  type SecretsBundle,
  secretsBundleFromTree,
  secretsBundleTree,
  talosContract,
} from '@homerack/config-gen'
import type { Rack } from '@homerack/rack'
import {
  decryptSops,
  encryptSops,
  identityFile,
  loadIdentities,
  newIdentity,
  writeFileAtomic,
} from '@homerack/secrets'

/**
 * The secrets of a rehearsal: a bundle of its own, made once, in a SOPS file beside an age identity of its own.
 * The owner's secrets are never touched.
 */
export async function rehearsalSecrets(folder: string, rack: Rack): Promise<SecretsBundle> {
  await mkdir(folder, { recursive: true })
  const keyFile = join(folder, 'age.key')
  const file = join(folder, 'secrets.sops.yaml')
  const stored = await readFile(file, 'utf8').catch(() => undefined)
  if (stored !== undefined) {
    const identities = await loadIdentities({ file: keyFile, env: {} })
    const { tree } = await decryptSops(stored, { format: 'yaml', identities, file })
    return secretsBundleFromTree(tree, file)
  }
  const bundle = await newSecretsBundle({ contract: talosContract(rack.cluster.talos) })
  const identity = await newIdentity()
  await writeFileAtomic(keyFile, identityFile(identity, new Date()).reveal())
  await writeFileAtomic(
    file,
    await encryptSops(secretsBundleTree(bundle), { format: 'yaml', recipients: [identity.recipient] }),
  )
  return bundle
}
