import * as z from 'zod'
import { address, cidr, domain, name, range, text, timeServer, version } from './fields.ts'
import { patches } from './patch.ts'

export const network = z
  .strictObject({
    cidr: cidr.meta({ description: 'The home network that the boards are in.' }),
    gateway: address.meta({ description: 'The home router.', examples: ['192.168.10.1'] }),
    dns: z
      .array(address)
      .optional()
      .meta({ description: 'Name servers. Without it: the gateway.', examples: [['192.168.10.1']] }),
    ntp: z.array(timeServer).default(['time.cloudflare.com']).meta({
      description: 'Time servers. A Pi has no clock of its own, and Talos waits for the right time.',
    }),
    domain: domain.default('home.arpa').meta({ description: 'The domain that names of the house end in.' }),
    loadBalancers: range
      .optional()
      .meta({ description: 'Addresses for services of type LoadBalancer. No one else may use them.' }),
    dhcpPool: range.optional().meta({
      description: 'What the home router leases. Only checked against, so that no fixed address lies in it.',
      examples: ['192.168.10.100-192.168.10.199'],
    }),
    netboot: z.enum(['tftp-address', 'proxy-dhcp', 'dhcp']).default('tftp-address').meta({
      description:
        'How boards find the operator. tftp-address: written into their EEPROM. proxy-dhcp: an answer beside the router. dhcp: only where no router leases addresses.',
    }),
  })
  .meta({ description: 'The home network.' })

const registryMirror = z.strictObject({
  host: text(['docker.io']).meta({ description: 'The registry that is mirrored.' }),
  endpoints: z
    .array(text(['https://mirror.home.arpa']))
    .meta({ description: 'Where to ask instead, in order.', examples: [['https://mirror.home.arpa']] }),
})

export const cluster = z
  .strictObject({
    talos: version.meta({ description: 'Talos version.' }),
    kubernetes: version.optional().meta({
      description: 'Kubernetes version. Without it: the one that this Talos version installs.',
      examples: ['v1.36.3'],
    }),
    endpoint: address.meta({
      description: 'The virtual address that the control planes share. It must be free.',
      examples: ['192.168.10.50'],
    }),
    pods: cidr
      .default('10.244.0.0/16')
      .meta({ description: 'Network of the pods.', examples: ['10.244.0.0/16'] }),
    services: cidr
      .default('10.96.0.0/12')
      .meta({ description: 'Network of the Kubernetes services.', examples: ['10.96.0.0/12'] }),
    cni: z.enum(['flannel', 'none']).default('flannel').meta({
      description: 'Pod network that Talos installs. none: a service brings its own, such as Cilium.',
    }),
    patches: patches.meta({ description: 'Machine config patches for every node.' }),
    controlPlanePatches: patches.meta({
      description: 'Patches for control planes, after those for every node.',
    }),
    workerPatches: patches.meta({ description: 'Patches for workers, after those for every node.' }),
    registryMirrors: z
      .array(registryMirror)
      .default([])
      .meta({ description: 'Mirrors of container registries.' }),
    kubespan: z
      .boolean()
      .default(false)
      .meta({ description: 'An encrypted network between the nodes (WireGuard).' }),
    allowSchedulingOnControlPlanes: z
      .boolean()
      .optional()
      .meta({
        description: 'Whether services run on control planes. Without it: yes, if there is no worker.',
        examples: [true],
      }),
    kernelModules: z
      .array(text(['nvme_tcp']))
      .default([])
      .meta({ description: 'Kernel modules to load on every node.', examples: [['nvme_tcp']] }),
    sysctls: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: 'Kernel settings on every node.', examples: [{ 'vm.nr_hugepages': '1024' }] }),
  })
  .meta({ description: 'The Kubernetes cluster and the Talos under it.' })

export const image = z
  .strictObject({
    overlay: name.default('community-u-boot').meta({
      description: 'What boots the Pi 5 from NVMe. The choice decides whether NVMe boots at all.',
      examples: ['community-u-boot'],
    }),
    extensions: z
      .array(text(['iscsi-tools']))
      .default([])
      .meta({ description: 'Talos system extensions.', examples: [['iscsi-tools', 'util-linux-tools']] }),
  })
  .prefault({})
  .meta({ description: 'The disk image that is written to every board.' })
