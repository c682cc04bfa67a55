type Case = readonly [name: string, patch: string]

/** Patches that both minors understand. Each is applied to a control plane of the 1.13 contract. */
export const patchCases: readonly Case[] = [
  // Scalars
  ['a text replaces', 'cluster: { clusterName: other }'],
  ['an empty text does not', 'cluster: { clusterName: "" }'],
  ['false replaces', 'machine: { features: { diskQuotaSupport: false } }'],
  ['true replaces', 'debug: true'],
  ['a number replaces', 'machine: { features: { kubePrism: { port: 7446 } } }'],
  ['zero does not', 'machine: { features: { kubePrism: { port: 0 } } }'],
  ['null does nothing', 'cluster: { clusterName: null }'],
  ['null structure does nothing', 'machine: { features: null }'],
  ['a number where a text is wanted', 'cluster: { clusterName: 1.10 }'],
  ['a new field', 'machine: { kubelet: { nodeIP: { validSubnets: [192.168.10.0/24] } } }'],
  ['an empty structure', 'machine: { logging: {} }'],
  ['an image', 'machine: { kubelet: { image: ghcr.io/siderolabs/kubelet:v1.36.2 } }'],
  ['install disk', 'machine: { install: { disk: /dev/sda } }'],
  ['install wipe', 'machine: { install: { wipe: true } }'],
  ['a disk selector', 'machine: { install: { diskSelector: { size: ">= 900GB", type: nvme } } }'],
  ['seccomp off', 'machine: { kubelet: { defaultRuntimeSeccompProfileEnabled: false } }'],
  // URLs and certificates
  ['endpoint host', 'cluster: { controlPlane: { endpoint: "https://k8s.home.arpa:6443" } }'],
  ['endpoint without port', 'cluster: { controlPlane: { endpoint: "https://k8s.home.arpa" } }'],
  ['endpoint with path', 'cluster: { controlPlane: { endpoint: "https://k8s.home.arpa:6443/api" } }'],
  ['local API port', 'cluster: { controlPlane: { localAPIServerPort: 6444 } }'],
  ['a certificate alone loses the key', 'cluster: { aggregatorCA: { crt: Y3J0, key: "" } }'],
  ['certificate and key', 'cluster: { etcd: { ca: { crt: Y3J0, key: a2V5 } } }'],
  ['accepted authorities', 'machine: { acceptedCAs: [{ crt: Y3J0 }] }'],
  // Maps
  ['labels are added', 'machine: { nodeLabels: { a: b, c: "" } }'],
  ['a label changes', 'machine: { nodeLabels: { shelf: top } }'],
  ['an empty label does not change', 'machine: { nodeLabels: { shelf: "" } }'],
  ['sysctls', 'machine: { sysctls: { vm.nr_hugepages: 1024, net.core.somaxconn: "65535" } }'],
  ['annotations', 'machine: { nodeAnnotations: { a: b } }'],
  ['taints', 'machine: { nodeTaints: { dedicated: "db:NoSchedule" } }'],
  [
    'kubelet arguments',
    'machine: { kubelet: { extraArgs: { feature-gates: A=true, rotate-server-certificates: true } } }',
  ],
  [
    'arguments are replaced',
    'cluster: { apiServer: { extraArgs: { v: "4" } } }\nmachine: { kubelet: { extraArgs: { v: 2 } } }',
  ],
  [
    'free form',
    'machine: { kubelet: { extraConfig: { maxPods: 200, evictionHard: { memory.available: 200Mi } } } }',
  ],
  // Lists
  ['a list appends', 'machine: { certSANs: [a.example, b.example] }'],
  ['appends duplicates', 'machine: { kernel: { modules: [{ name: nvme_tcp }, { name: nvme_tcp }] } }'],
  ['an empty list', 'cluster: { apiServer: { certSANs: [] } }'],
  [
    'extra mounts',
    'machine: { kubelet: { extraMounts: [{ destination: /var/x, type: bind, source: /var/x, options: [bind, rw] }] } }',
  ],
  ['extra manifests', 'cluster: { extraManifests: ["https://example.org/a.yaml"] }'],
  ['inline manifests', 'cluster: { inlineManifests: [{ name: a, contents: "kind: List" }] }'],
  ['pod networks are replaced', 'cluster: { network: { podSubnets: [10.200.0.0/16] } }'],
  [
    'service networks are replaced',
    'cluster: { network: { serviceSubnets: [10.201.0.0/16, "fd00::/108"] } }',
  ],
  ['an empty replacement', 'cluster: { network: { podSubnets: [] } }'],
  ['CNI', 'cluster: { network: { cni: { name: none } } }'],
  [
    'the audit policy is replaced',
    'cluster: { apiServer: { auditPolicy: { apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{ level: None }] } } }',
  ],
  [
    'admission control merges by name',
    'cluster: { apiServer: { admissionControl: [{ name: PodSecurity, configuration: { defaults: { enforce: privileged }, exemptions: { namespaces: [longhorn-system] } } }] } }',
  ],
  [
    'another admission plugin',
    'cluster: { apiServer: { admissionControl: [{ name: EventRateLimit, configuration: { kind: Configuration } }] } }',
  ],
  ['interfaces', 'machine: { network: { interfaces: [{ interface: end1, dhcp: true }] } }'],
  // Deleting
  ['delete a field', 'machine: { install: { $patch: delete } }'],
  ['delete a field that is not set', 'machine: { sysfs: { $patch: delete } }'],
  ['delete a map key', 'machine: { nodeLabels: { shelf: { $patch: delete } } }'],
  ['delete a missing map key', 'machine: { nodeLabels: { missing: { $patch: delete } } }'],
  ['delete below what is not set', 'machine: { logging: { destinations: { $patch: delete } } }'],
  [
    'delete a list member',
    'cluster: { apiServer: { admissionControl: [{ name: PodSecurity, $patch: delete }] } }',
  ],
  [
    'delete a missing list member',
    'cluster: { apiServer: { admissionControl: [{ name: Other, $patch: delete }] } }',
  ],
  [
    'delete inside a list member',
    'cluster: { apiServer: { admissionControl: [{ name: PodSecurity, configuration: { $patch: delete } }] } }',
  ],
  ['delete and set', 'machine: { kernel: { $patch: delete }, nodeLabels: { a: b } }'],
  ['delete a document', 'apiVersion: v1alpha1\nkind: WatchdogTimerConfig\n$patch: delete'],
  ['delete a named document', 'apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\n$patch: delete'],
  ['delete the first document', '$patch: delete'],
  [
    'delete in a document',
    'apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: { maxSize: { $patch: delete } }',
  ],
  [
    'delete a route',
    'apiVersion: v1alpha1\nkind: LinkConfig\nname: end0\nroutes: [{ gateway: 192.168.10.1, $patch: delete }]',
  ],
  ['delete inside free form', 'cluster: { apiServer: { auditPolicy: { rules: { $patch: delete } } } }'],
  // Documents
  ['a new document', 'apiVersion: v1alpha1\nkind: KubeSpanConfig\nenabled: true'],
  ['a document merges', 'apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/watchdog1'],
  ['a duration', 'apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 90s'],
  ['a zero duration', 'apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 0s'],
  [
    'link addresses append',
    'apiVersion: v1alpha1\nkind: LinkConfig\nname: end0\naddresses: [{ address: 10.0.0.1/24 }]\nmtu: 9000',
  ],
  ['another link', 'apiVersion: v1alpha1\nkind: LinkConfig\nname: end1\nup: false'],
  ['a hostname', 'apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: other'],
  ['an enumeration', 'apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable'],
  [
    'volume: naming it forgets what it does not say',
    'apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: { minSize: 20GiB }',
  ],
  [
    'volume: encryption',
    'apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\nencryption: { provider: luks2, keys: [{ slot: 0, nodeID: {} }] }',
  ],
  [
    'volume: size',
    'apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: { maxSize: 50GiB, diskSelector: { match: system_disk } }',
  ],
  [
    'a replaced list of another document',
    'apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: ssh\nportSelector: { ports: [22], protocol: tcp }\ningress: [{ subnet: 10.0.0.0/8 }]',
  ],
  ['name servers append', 'apiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: [{ address: 1.1.1.1 }]'],
  [
    'files of an extension',
    'apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: nut\nconfigFiles: [{ content: x, mountPath: /etc/nut }]\nenvironment: [A=b]',
  ],
  [
    'two documents',
    'machine: { nodeLabels: { a: b } }\n---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nntp: { servers: [b.example] }',
  ],
  ['a document twice', 'machine: { nodeLabels: { a: b } }\n---\nmachine: { nodeLabels: { c: d } }'],
  // Refused
  ['unknown field', 'machine: { nodeLables: { a: b } }'],
  ['unknown kind', 'apiVersion: v1alpha1\nkind: NoSuchConfig'],
  ['no kind', 'apiVersion: v1alpha1\nname: x'],
  ['wrong version', 'apiVersion: v2\nkind: LinkConfig\nname: end0'],
  ['a list where fields are wanted', 'machine: [1, 2]'],
  ['fields where a list is wanted', 'machine: { certSANs: { a: b } }'],
  ['a text where a truth is wanted', 'debug: perhaps'],
  ['JSON patch', '[{ op: replace, path: /machine/token, value: x }]'],
  ['not YAML', 'machine: [unclosed'],
]
