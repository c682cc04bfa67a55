/** Everything listens here. */
export const host = '127.0.0.1'

export type Flags = Readonly<Record<string, string>>

/** The paths of the controllers' programs. */
export type Controllers = {
  readonly controllerManager: string
  readonly scheduler: string
  readonly kwok: string
}

export function etcdFlags(folder: string, ports: { client: number; peer: number }): Flags {
  const [client, peer] = [`http://${host}:${ports.client}`, `http://${host}:${ports.peer}`]
  return {
    'data-dir': folder,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true',
  }
}

export function apiServerFlags(given: {
  readonly folder: string
  /** The ports of etcd and of the API server. */
  readonly etcd: number
  readonly port: number
  readonly ca: string
  readonly crt: string
  readonly key: string
  readonly tokenKey: string
  readonly hasControllers: boolean
}): Flags {
  return {
    'etcd-servers': `http://${host}:${given.etcd}`,
    'bind-address': host,
    'secure-port': String(given.port),
    'tls-cert-file': given.crt,
    'tls-private-key-file': given.key,
    'client-ca-file': given.ca,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': given.tokenKey,
    'service-account-signing-key-file': given.tokenKey,
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'RBAC',
    'allow-privileged': 'true',
    'cert-dir': given.folder,
    // What these ask for comes from controllers.
    ...(given.hasControllers
      ? {}
      : { 'disable-admission-plugins': 'ServiceAccount,StorageObjectInUseProtection' }),
  }
}

/** The controllers' programs and their flags. kwok plays the nodes, and their kubelets where logs are asked for. */
export function controllerFlags(
  { controllerManager, scheduler, kwok }: Controllers,
  files: { kubeconfig: string; stages: string; ca: string; tokenKey: string; kubelet: string },
): [path: string, flags: Flags][] {
  const { kubeconfig, stages, ca, tokenKey, kubelet } = files
  const alone = { kubeconfig, 'leader-elect': 'false', 'secure-port': '0' }
  const tokens = { 'service-account-private-key-file': tokenKey, 'root-ca-file': ca }
  const played = {
    kubeconfig,
    config: stages,
    'manage-all-nodes': 'true',
    'node-lease-duration-seconds': '40',
  }
  const node = { 'node-ip': host, 'node-port': kubelet, 'server-address': `${host}:${kubelet}` }
  return [
    [controllerManager, { ...alone, ...tokens }],
    [scheduler, alone],
    [kwok, { ...played, ...node }],
  ]
}
