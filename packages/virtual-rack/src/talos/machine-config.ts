import { X509Certificate } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { VolumeRequest } from '../disk/volume-layout.ts'
import { at, type ConfigDocument, listAt, readConfigDocuments, textAt } from './config-documents.ts'
import { requestedVolumes } from './config-volumes.ts'
import { loadPrivateKey } from './private-key.ts'

/** A certificate authority as PEM. Workers have no keys. */
export type Authority = { crt: string; key: string | undefined }

/** What a node takes from its machine config. It never leaves the rack process. */
export type MachineConfig = {
  text: string
  type: 'controlplane' | 'worker'
  hostname: string | undefined
  /** The first static address, without its prefix length. */
  address: string | undefined
  /** The interface that carries it, `end0` on a Pi. */
  link: string
  vip: string | undefined
  token: string
  /** Who may talk to Talos. */
  osCa: Authority
  cluster: {
    name: string
    /** What nodes find each other by. */
    id: string
    endpoint: URL
    token: string
    etcdCa: Authority | undefined
    kubernetesCa: Authority | undefined
    serviceAccountKey: string | undefined
    /** Whether Talos leaves control planes without the NoSchedule taint. */
    schedulesOnControlPlanes: boolean
  }
  kubelet: { version: string; labels: Record<string, string>; taints: Record<string, string> }
  /** Images of the control plane's components, where the config names them. */
  components: Record<string, string>
  certificateNames: string[]
  /** Whether `machine.install` or its document names a disk. */
  installs: boolean
  volumes: VolumeRequest[]
}

/**
 * A machine config in the form of Talos 1.13 or 1.14, or what Talos refuses about it, collected.
 *
 * Checked are the rules that Talos has for any platform; values that a rack cannot use are passed over.
 */
export function parseMachineConfig(text: string): { config: MachineConfig } | { wrong: string[] } {
  const read = readConfigDocuments(text)
  if ('wrong' in read) return read
  const { v1alpha1, documents } = read
  const named = (kind: string) => documents.find((document) => document.kind === kind)
  const config = extract(text, v1alpha1, documents, named)
  const wrong = whatIsMissing(v1alpha1, config)
  return wrong.length > 0 ? { wrong } : { config: config as MachineConfig }
}

type Find = (kind: string) => ConfigDocument | undefined
type Draft = Omit<MachineConfig, 'cluster'> & {
  cluster: Omit<MachineConfig['cluster'], 'endpoint'> & { endpoint: URL | undefined }
}

function extract(text: string, main: ConfigDocument, documents: ConfigDocument[], find: Find): Draft {
  const link = documents.find(
    (document) => document.kind === 'LinkConfig' && listAt(document, 'addresses').length > 0,
  )
  const legacyLink = at(main, 'machine', 'network', 'interfaces', 0)
  const address = textAt(link, 'addresses', 0, 'address') ?? textAt(legacyLink, 'addresses', 0)
  const node = find('KubeNodeConfig')
  const kubelet = textAt(find('KubeletConfig'), 'image') ?? textAt(main, 'machine', 'kubelet', 'image')
  return {
    text,
    type: textAt(main, 'machine', 'type') === 'controlplane' ? 'controlplane' : 'worker',
    hostname: textAt(find('HostnameConfig'), 'hostname') ?? textAt(main, 'machine', 'network', 'hostname'),
    address: address?.split('/')[0],
    link: textAt(link, 'name') ?? textAt(legacyLink, 'interface') ?? 'end0',
    vip: textAt(find('Layer2VIPConfig'), 'name') ?? textAt(legacyLink, 'vip', 'ip'),
    token: textAt(main, 'machine', 'token') ?? '',
    osCa: encodedAuthority(at(main, 'machine', 'ca')) ?? { crt: '', key: undefined },
    cluster: extractCluster(main, find),
    kubelet: {
      version: kubelet?.split(':').at(-1) ?? 'v1.36.3',
      labels: { ...stringMap(at(main, 'machine', 'nodeLabels')), ...stringMap(at(node, 'labels')) },
      taints: { ...stringMap(at(main, 'machine', 'nodeTaints')), ...stringMap(at(node, 'taints')) },
    },
    components: componentImages(main, find),
    certificateNames: listAt(main, 'machine', 'certSANs').map(String),
    installs: Boolean(
      at(main, 'machine', 'install', 'disk') ??
        at(main, 'machine', 'install', 'diskSelector') ??
        find('UnattendedInstallConfig'),
    ),
    volumes: requestedVolumes(documents),
  }
}

const components = {
  'kube-apiserver': ['apiServer', 'KubeAPIServerConfig'],
  'kube-controller-manager': ['controllerManager', 'KubeControllerManagerConfig'],
  'kube-scheduler': ['scheduler', 'KubeSchedulerConfig'],
} as const

function componentImages(main: ConfigDocument, find: Find): Record<string, string> {
  return Object.fromEntries(
    Object.entries(components).flatMap(([component, [field, kind]]) => {
      const image = textAt(find(kind), 'image') ?? textAt(main, 'cluster', field, 'image')
      return image ? [[component, image]] : []
    }),
  )
}

function extractCluster(main: ConfigDocument, find: Find): Draft['cluster'] {
  const cluster = at(main, 'cluster')
  const endpoint =
    textAt(find('KubeClusterConfig'), 'endpoint') ?? textAt(cluster, 'controlPlane', 'endpoint')
  const native = find('KubeClusterConfig') !== undefined
  const scheduling = native
    ? stringMap(at(find('KubeNodeConfig'), 'taints'))['node-role.kubernetes.io/control-plane'] === undefined
    : at(cluster, 'allowSchedulingOnControlPlanes') === true
  return {
    name: textAt(find('KubeClusterConfig'), 'clusterName') ?? textAt(cluster, 'clusterName') ?? '',
    id: textAt(find('DiscoveryIdentityConfig'), 'clusterID') ?? textAt(cluster, 'id') ?? '',
    endpoint: endpoint && URL.canParse(endpoint) ? new URL(endpoint) : undefined,
    token: textAt(cluster, 'token') ?? '',
    etcdCa: encodedAuthority(at(cluster, 'etcd', 'ca')),
    kubernetesCa:
      plainAuthority(at(find('KubeAPIServerCAConfig'), 'issuingCA')) ?? encodedAuthority(at(cluster, 'ca')),
    serviceAccountKey:
      textAt(find('KubeServiceAccountConfig'), 'issuer', 'privateKey') ??
      decoded(textAt(cluster, 'serviceAccount', 'key')),
    schedulesOnControlPlanes: scheduling,
  }
}

function whatIsMissing(main: ConfigDocument, config: Draft): string[] {
  const wrong: string[] = []
  const type = textAt(main, 'machine', 'type')
  if (!at(main, 'machine')) return ['machine instructions are required']
  if (!at(main, 'cluster')) return ['cluster instructions are required']
  if (type !== 'controlplane' && type !== 'worker') wrong.push(`invalid machine type "${type ?? ''}"`)
  if (!config.osCa.crt) wrong.push('issuing Talos API CA certificate is required')
  if (!config.token) wrong.push('machine token is required')
  if (!config.cluster.endpoint) wrong.push('cluster endpoint is not a valid URL')
  if (type === 'controlplane') {
    if (!config.osCa.key) wrong.push('issuing Talos API CA key is required for controlplane nodes')
    if (!config.cluster.etcdCa?.key) wrong.push('etcd CA with its key is required for controlplane nodes')
    if (!config.cluster.kubernetesCa?.key)
      wrong.push('issuing Kubernetes API CA key is required for controlplane nodes')
  } else {
    if (config.osCa.key) wrong.push('issuing Talos API CA key is not allowed on non-controlplane nodes')
    if (config.cluster.etcdCa) wrong.push('etcd config is only allowed on control plane machines')
    if (config.vip) wrong.push('virtual (shared) IP is only allowed on control plane machines')
  }
  wrong.push(
    ...brokenAuthority('Talos API', config.osCa),
    ...brokenAuthority('etcd', config.cluster.etcdCa),
    ...brokenAuthority('Kubernetes API', config.cluster.kubernetesCa),
  )
  if (config.hostname && !/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(config.hostname)) {
    wrong.push(`invalid hostname "${config.hostname}"`)
  }
  for (const address of [config.address, config.vip]) {
    if (address !== undefined && !isIPv4(address)) wrong.push(`invalid address "${address}"`)
  }
  if (at(main, 'persist') === false) wrong.push('persist should be enabled')
  return wrong
}

/** What is wrong with a CA that is there: PEM that is none, or a key that is another's. */
function brokenAuthority(name: string, authority: Authority | undefined): string[] {
  if (!authority?.crt) return []
  try {
    const certificate = new X509Certificate(authority.crt)
    if (!authority.key || certificate.checkPrivateKey(loadPrivateKey(authority.key))) return []
    return [`${name} CA: the key does not belong to the certificate`]
  } catch {
    return [`${name} CA: failed to parse PEM`]
  }
}

/** An authority in the form of v1alpha1: base64 of PEM. */
function encodedAuthority(value: unknown): Authority | undefined {
  const crt = decoded(textAt(value, 'crt'))
  return crt === undefined ? undefined : { crt, key: decoded(textAt(value, 'key')) }
}

/** An authority in the form of the 1.14 documents: PEM. */
function plainAuthority(value: unknown): Authority | undefined {
  const crt = textAt(value, 'cert')
  return crt === undefined ? undefined : { crt, key: textAt(value, 'key') }
}

function decoded(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString()
}

function stringMap(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]))
}
