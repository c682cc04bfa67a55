import type { Rack, RackNode } from '@homerack/rack'

/** A rack of three control planes, as small as a test needs; say only what differs. */
export function exampleRack(
  changes: Partial<Omit<Rack, 'cluster'>> & { cluster?: Partial<Rack['cluster']> } = {},
): Rack {
  const { cluster, ...rest } = changes
  return {
    name: 'closet',
    file: '/racks/closet/homerack.yaml',
    network: {
      cidr: '192.168.10.0/24',
      gateway: '192.168.10.1',
      dns: ['192.168.10.1'],
      ntp: ['time.cloudflare.com'],
      domain: 'home.arpa',
      loadBalancers: undefined,
      dhcpPool: undefined,
      netboot: 'tftp-address',
    },
    cluster: {
      talos: 'v1.13.9',
      kubernetes: 'v1.36.3',
      endpoint: '192.168.10.50',
      pods: '10.244.0.0/16',
      services: '10.96.0.0/12',
      cni: 'flannel',
      patches: [],
      controlPlanePatches: [],
      workerPatches: [],
      registryMirrors: [],
      kubespan: false,
      allowSchedulingOnControlPlanes: true,
      kernelModules: [],
      sysctls: {},
      ...cluster,
    },
    image: { overlay: 'community-u-boot', extensions: ['iscsi-tools', 'util-linux-tools'] },
    secrets: { file: '/racks/closet/secrets.sops.yaml', recipients: [] },
    nodes: [exampleNode(1), exampleNode(2), exampleNode(3)],
    hosts: [],
    appliances: [],
    services: [],
    ...rest,
  }
}

export function exampleNode(number: number, changes: Partial<RackNode> = {}): RackNode {
  return {
    name: `pi-${number}`,
    slot: number,
    board: 'raspberry-pi-5',
    serial: `a1b2c3d${number}`,
    mac: `2c:cf:67:00:00:0${number}`,
    address: `192.168.10.5${number}`,
    role: 'controlplane',
    disk: {
      size: { atLeast: 900e9 },
      serial: undefined,
      system: 100 * 2 ** 30,
      volumes: [{ name: 'data', size: 'rest', kind: 'user' }],
    },
    labels: {},
    taints: {},
    patches: [],
    ...changes,
  }
}
