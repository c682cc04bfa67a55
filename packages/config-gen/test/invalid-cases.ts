type InvalidCase = {
  readonly name: string
  readonly role: 'controlplane' | 'worker'
  /** The contracts it is about; both unless told. */
  readonly contracts?: readonly string[]
  /** Breaks the text of a valid config. */
  readonly change: (text: string) => string
  readonly code: string
}

const swap = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)
const add = (document: string) => (text: string) => `${text}---\napiVersion: v1alpha1\n${document}\n`
const old = ['v1.13']

/** Configs that Talos refuses, and what we call the reason. */
export const invalidCases: readonly InvalidCase[] = [
  {
    name: 'no machine',
    role: 'controlplane',
    change: () => 'version: v1alpha1\ncluster: {}\n',
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'unknown type',
    role: 'controlplane',
    change: swap('type: controlplane', 'type: boss'),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'not persisted',
    role: 'controlplane',
    change: swap('persist: true', 'persist: false'),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'endpoint is no URL',
    role: 'controlplane',
    contracts: old,
    change: swap('https://192.168.10.50:6443', 'nowhere'),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'no endpoint',
    role: 'worker',
    contracts: old,
    change: swap(/ {4}controlPlane:\n.*\n/, ''),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'control plane without key',
    role: 'controlplane',
    change: swap(/(machine:[\s\S]*?key:) .*/, '$1 ""'),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'control plane without authority',
    role: 'controlplane',
    change: swap(/ {4}ca:\n.*\n.*\n/, ''),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'worker with the Talos key',
    role: 'worker',
    change: swap('key: ""', 'key: a2V5'),
    code: 'E_CONFIG_WORKER',
  },
  {
    name: 'worker with the Kubernetes key',
    role: 'worker',
    contracts: old,
    change: swap(/(cluster:[\s\S]*?)key: ""/, '$1key: a2V5'),
    code: 'E_CONFIG_WORKER',
  },
  {
    name: 'worker with etcd',
    role: 'worker',
    change: swap('cluster:\n', 'cluster:\n    etcd: {}\n'),
    code: 'E_CONFIG_WORKER',
  },
  {
    name: 'worker that trusts nobody',
    role: 'worker',
    change: swap(/crt: .*/, 'crt: ""'),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'no install',
    role: 'controlplane',
    contracts: old,
    change: swap(/ {4}install:\n( {8}.*\n)+/, ''),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'install nowhere',
    role: 'controlplane',
    contracts: old,
    change: swap(/ {8}disk: .*\n/, ''),
    code: 'E_CONFIG_REQUIRED',
  },
  {
    name: 'two sources of kernel arguments',
    role: 'worker',
    contracts: old,
    change: swap('install:\n', 'install:\n        extraKernelArgs: [a=b]\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'host DNS forwarded but off',
    role: 'controlplane',
    change: swap(/(hostDNS:\n\s+enabled:) true/, '$1 false'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'a document twice',
    role: 'controlplane',
    change: add('kind: WatchdogTimerConfig\ndevice: /dev/watchdog0'),
    code: 'E_CONFIG_DUPLICATE',
  },
  {
    name: 'name servers twice',
    role: 'controlplane',
    change: swap('machine:\n', 'machine:\n    network: { nameservers: [1.1.1.1] }\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'host name twice',
    role: 'worker',
    change: swap('machine:\n', 'machine:\n    network: { hostname: a }\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'time servers twice',
    role: 'worker',
    change: swap('machine:\n', 'machine:\n    time: { servers: [a.example] }\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'Kubernetes networks twice',
    role: 'controlplane',
    contracts: ['v1.14'],
    change: swap('cluster:\n', 'cluster:\n    network: { dnsDomain: a.example }\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'kubelet twice',
    role: 'controlplane',
    contracts: ['v1.14'],
    change: swap('machine:\n', 'machine:\n    kubelet: { image: a }\n'),
    code: 'E_CONFIG_CONFLICT',
  },
  {
    name: 'host name and auto',
    role: 'controlplane',
    change: swap('auto: "off"', 'auto: stable'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'address without prefix',
    role: 'controlplane',
    change: swap('192.168.10.51/24', '192.168.10.51'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'virtual address is a name',
    role: 'controlplane',
    change: swap('name: 192.168.10.50', 'name: vip'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'short watchdog',
    role: 'controlplane',
    change: swap('timeout: 2m0s', 'timeout: 9s'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'volume without size',
    role: 'controlplane',
    change: swap(/ {4}minSize: 1GiB\n/, ''),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'volume name',
    role: 'controlplane',
    change: swap('name: data', 'name: my_data'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'volume larger than allowed',
    role: 'controlplane',
    change: swap('maxSize: 100GiB', 'minSize: 200GiB\n    maxSize: 100GiB'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'mirror of an unknown scheme',
    role: 'controlplane',
    change: add('kind: RegistryMirrorConfig\nname: ghcr.io\nendpoints: [{ url: "ftp://mirror" }]'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'small KubeSpan packets',
    role: 'controlplane',
    change: add('kind: KubeSpanConfig\nenabled: true\nmtu: 1000'),
    code: 'E_CONFIG_VALUE',
  },
  {
    name: 'unknown field',
    role: 'controlplane',
    change: swap('machine:\n', 'machine:\n    nodeLables: {}\n'),
    code: 'E_CONFIG_FIELD',
  },
  {
    name: 'unknown field of a document',
    role: 'worker',
    change: add('kind: OOMConfig\ntrigerExpression: "true"'),
    code: 'E_CONFIG_FIELD',
  },
  { name: 'unknown kind', role: 'worker', change: add('kind: LinkConfg\nname: end0'), code: 'E_CONFIG_KIND' },
  {
    name: 'wrong shape',
    role: 'worker',
    change: swap('certSANs: []', 'certSANs: a.example'),
    code: 'E_CONFIG_TYPE',
  },
  {
    name: 'cut off',
    role: 'worker',
    change: (text) => `${text.slice(0, text.indexOf('certSANs') + 3)}\n  - [`,
    code: 'E_YAML',
  },
]
