import { access } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { Rack } from '@homerack/rack'
import { encryptSops, loadIdentities, sopsFormatOf, updateSops, writeFileAtomic } from '@homerack/secrets'
import { inspectCertificate } from '../pki/inspect-certificate.ts'
import { adoptBundle } from '../secrets/adopt-bundle.ts'
import { formatSecretsBundle, secretsBundleTree } from '../secrets/format-secrets-bundle.ts'
import { newSecretsBundle } from '../secrets/new-secrets-bundle.ts'
import {
  acceptAuthorities,
  type RotatableAuthority,
  rotatableAuthorities,
  rotateBundle,
} from '../secrets/rotate-bundle.ts'
import type { SecretsBundle } from '../secrets/secrets-bundle.ts'
import { openBundle, openRack, output, type Print, readText, type SharedOptions } from './session.ts'

/** Makes the secrets of a new cluster and writes them, encrypted, to the rack's file. */
export async function newSecrets(options: SharedOptions, print: Print): Promise<void> {
  const { rack, contract } = await openRack(options)
  const file = options.out ?? rack.secrets.file
  await refuseExisting(file)
  await writeEncrypted(await newSecretsBundle({ contract }), rack, file)
  const { length } = rack.secrets.recipients
  print(`${file}: secrets for ${rack.name}, for ${length} recipient${length === 1 ? '' : 's'}\n`)
}

/** Takes the secrets out of a running cluster's config and writes them, encrypted, to the rack's file. */
export async function adoptSecrets(config: string, options: SharedOptions, print: Print): Promise<void> {
  const { rack, contract } = await openRack(options)
  const bundle = adoptBundle(await readText(config), { file: config, contract })
  const file = options.out ?? rack.secrets.file
  await refuseExisting(file)
  await writeEncrypted(bundle, rack, file)
  print(`${file}: the secrets of ${config}\n`)
}

/** The bundle without its secrets and when its certificates expire; with `reveal`, Talos' secrets.yaml. */
export async function showSecrets(
  options: SharedOptions & { reveal?: boolean },
  print: Print,
): Promise<void> {
  const { rack } = await openRack(options)
  const bundle = await openBundle(rack, options)
  const text = options.reveal ? formatSecretsBundle(bundle).reveal() : summary(bundle, new Date())
  await output(text, options, print)
}

function summary(bundle: SecretsBundle, now: Date): string {
  const certificates = (['os', 'k8s', 'etcd', 'k8sAggregator'] as const).map((name) => {
    const { subject, notAfter, daysLeft, state } = inspectCertificate(bundle.certs[name].crt, {
      now,
      subject: name,
    })
    const until = `until ${notAfter.toISOString().slice(0, 10)}, ${daysLeft} days`
    return `${name.padEnd(14)} ${state.padEnd(14)} ${until}  ${subject}`
  })
  return [`cluster ${bundle.cluster.id}`, ...certificates, ''].join('\n')
}

/** Replaces authorities in the rack's file. */
export async function rotateSecrets(
  names: readonly string[],
  options: SharedOptions,
  print: Print,
): Promise<void> {
  const { rack, contract } = await openRack(options)
  const authorities = rotatable(names)
  const old = await openBundle(rack, options)
  const bundle = rotateBundle(old, authorities)
  const identities = await loadIdentities({ file: options.identity })
  const { file } = rack.secrets
  const tree = secretsBundleTree(bundle)
  const text = await updateSops(
    await readText(file),
    Object.entries(tree).map(([key, value]) => ({ path: [key], value })),
    {
      format: sopsFormatOf(file),
      identities,
      file,
    },
  )
  await writeFileAtomic(options.out ?? file, text)
  const accept = { renewed: acceptAuthorities(bundle, contract), old: acceptAuthorities(old, contract) }
  print(`${options.out ?? file}: new ${authorities.join(' and ')}\n${rotationSteps(accept)}`)
}

/** How a running cluster gets there. The patches hold certificates only, no keys. */
function rotationSteps(accept: { readonly renewed: string; readonly old: string }): string {
  return [
    'A running cluster must trust both authorities for a while. Apply to all nodes, in this order:',
    '1. the old secrets with this patch',
    accept.renewed,
    '2. the new secrets with this patch',
    accept.old,
    '3. the new secrets alone',
    '',
  ].join('\n')
}

function rotatable(names: readonly string[]): readonly RotatableAuthority[] {
  const isRotatable = (name: string): name is RotatableAuthority =>
    rotatableAuthorities.some((known) => known === name)
  const unknown = names.filter((name) => !isRotatable(name))
  if (unknown.length === 0) return names.filter(isRotatable)
  throw new FaultError(
    unknown.map((name) => ({
      code: 'E_AUTHORITY' as const,
      subject: name,
      cause: 'a running cluster cannot exchange this',
      hint: `Choose from ${rotatableAuthorities.join(', ')}.`,
    })),
  )
}

async function writeEncrypted(bundle: SecretsBundle, rack: Rack, file: string): Promise<void> {
  const { recipients } = rack.secrets
  await writeFileAtomic(
    file,
    await encryptSops(secretsBundleTree(bundle), { format: sopsFormatOf(file), recipients, file }),
  )
}

async function refuseExisting(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  )
  if (!there) return
  throw new FaultError({
    code: 'E_SECRETS_EXIST',
    subject: file,
    cause: 'the file is there already, and overwriting it would lose a cluster',
    hint: 'Name another file with --out, or move this one away.',
  })
}
