import { type Fault, FaultError } from '@homerack/errors'
import { Secret } from '@homerack/secrets'
import { readConfigText } from '../config-types/read-machine-config.ts'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { ConfigValue, MachineConfig } from '../machine/config-document.ts'
import { at, documentsOfKind, firstDocument } from '../validate/finding.ts'
import { checkSecretsBundle } from './check-secrets-bundle.ts'
import type { CertificateAndKey, SecretsBundle } from './secrets-bundle.ts'

/**
 * The secrets of a running cluster, out of the machine config of one of its control planes, in the form of
 * 1.13 (fields) or of 1.14 (documents), as `talosctl get machineconfig -o yaml` shows its spec.
 *
 * Throws `E_ADOPT_WORKER` (the config of a worker, which has no keys), `E_ADOPT_MISSING`, what is wrong with the
 * secrets found, and what reading a config throws.
 */
export function adoptBundle(
  text: string,
  options: { readonly file: string; readonly contract: TalosContract },
): SecretsBundle {
  const { file, contract } = options
  const { documents, faults } = readConfigText(text, file, contract)
  if (faults.length > 0) throw new FaultError(faults)
  const config = documents.map(({ document }) => document)
  if (at(firstDocument(config), 'machine', 'type') === 'worker') {
    throw new FaultError({
      code: 'E_ADOPT_WORKER',
      subject: file,
      cause: 'this is the config of a worker, which holds no keys',
      hint: 'Take the config of a control plane.',
    })
  }
  return collect(config, file)
}

function collect(config: MachineConfig, file: string): SecretsBundle {
  const missing: Fault[] = []
  const first = firstDocument(config)
  const find = (...places: (ConfigValue | undefined)[]) =>
    places.find((place) => place !== undefined && place !== '')
  const text = (what: string, ...places: (ConfigValue | undefined)[]): string => {
    const value = find(...places)
    if (typeof value === 'string') return value
    missing.push({ code: 'E_ADOPT_MISSING', subject: file, cause: `the config has no ${what}` })
    return ''
  }
  const base64 = (value: ConfigValue | undefined) =>
    typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined
  const inDocument = (kind: string, ...path: string[]) => at(documentsOfKind(config, kind)[0], ...path)
  const pair = (what: string, field: readonly string[], kind: string): CertificateAndKey => ({
    crt: text(
      `${what} certificate`,
      base64(at(first, ...field, 'crt')),
      inDocument(kind, 'issuingCA', 'cert'),
    ),
    key: new Secret(
      text(`${what} key`, base64(at(first, ...field, 'key')), inDocument(kind, 'issuingCA', 'key')),
    ),
  })
  const secretbox = find(at(first, 'cluster', 'secretboxEncryptionSecret'), keyOf(config, 'secretbox'))
  const aescbc = find(at(first, 'cluster', 'aescbcEncryptionSecret'), keyOf(config, 'aescbc'))
  const optional = (value: ConfigValue | undefined) =>
    typeof value === 'string' && value !== '' ? new Secret(value) : undefined
  const bundle: SecretsBundle = {
    cluster: {
      id: text('cluster id', at(first, 'cluster', 'id'), inDocument('DiscoveryIdentityConfig', 'clusterID')),
      secret: new Secret(
        text(
          'cluster secret',
          at(first, 'cluster', 'secret'),
          inDocument('DiscoveryIdentityConfig', 'clusterSecret'),
        ),
      ),
    },
    secrets: {
      bootstrapToken: new Secret(text('bootstrap token', at(first, 'cluster', 'token'))),
      secretboxEncryptionSecret: optional(secretbox),
      aescbcEncryptionSecret: optional(aescbc),
    },
    trustd: { token: new Secret(text('machine token', at(first, 'machine', 'token'))) },
    certs: {
      etcd: pair('etcd', ['cluster', 'etcd', 'ca'], ''),
      k8s: pair('Kubernetes', ['cluster', 'ca'], 'KubeAPIServerCAConfig'),
      k8sAggregator: pair('aggregator', ['cluster', 'aggregatorCA'], 'KubeAggregatorCAConfig'),
      k8sServiceAccount: {
        key: new Secret(
          text(
            'service account key',
            base64(at(first, 'cluster', 'serviceAccount', 'key')),
            inDocument('KubeServiceAccountConfig', 'issuer', 'privateKey'),
          ),
        ),
      },
      os: pair('Talos', ['machine', 'ca'], ''),
    },
  }
  const faults = missing.length > 0 ? missing : checkSecretsBundle(bundle, file)
  if (faults.length > 0) throw new FaultError(faults)
  return bundle
}

/** The first key of a provider that encrypts Secrets, in the free form of the 1.14 document. */
function keyOf(config: MachineConfig, provider: 'secretbox' | 'aescbc'): ConfigValue | undefined {
  const resources = at(documentsOfKind(config, 'KubeEtcdEncryptionConfig')[0], 'config', 'resources')
  const ofSecrets = items(resources).find((entry) => items(at(entry, 'resources')).includes('secrets'))
  const found = items(at(ofSecrets, 'providers')).find((entry) => at(entry, provider) !== undefined)
  return at(found, provider, 'keys', 0, 'secret')
}

function items(value: ConfigValue | undefined): readonly ConfigValue[] {
  return Array.isArray(value) ? value : []
}
