const recipient = 'age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux'

type BenchNode = { readonly name: string; readonly address: string; readonly role: 'controlplane' | 'worker' }

/** Three control planes, the rest workers. */
function benchNodes(count: number): BenchNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `pi-${index + 1}`,
    address: `10.20.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`,
    role: index < 3 ? 'controlplane' : 'worker',
  }))
}

/** A homerack.yaml with `count` boards. */
export function homerackFile(count: number, talos: string): string {
  const nodes = benchNodes(count).map(({ name, address, role }, index) => {
    const serial = (0x10000000 + index).toString(16)
    const mac = `d8:3a:dd:00:${hex(index >> 8)}:${hex(index & 255)}`
    return `  - { name: ${name}, slot: ${index + 1}, serial: "${serial}", mac: "${mac}", address: ${address}, role: ${role} }`
  })
  return `homerack: 1
name: bench
network: { cidr: 10.20.0.0/16, gateway: 10.20.0.1 }
cluster: { talos: v${talos}, endpoint: 10.20.0.10, pods: 10.244.0.0/16, services: 10.96.0.0/16 }
secrets: { recipients: [${recipient}] }
nodeDefaults: { board: raspberry-pi-5, disk: { size: ">= 900 GB", system: 100 GiB } }
nodes:
${nodes.join('\n')}
`
}

/** The same boards as talhelper's talconfig.yaml: address, route, virtual address, install disk. */
export function talconfigFile(count: number, talos: string): string {
  const nodes = benchNodes(count).map(
    ({ name, address, role }) => `  - hostname: ${name}
    ipAddress: ${address}
    controlPlane: ${role === 'controlplane'}
    installDisk: /dev/nvme0n1
    networkInterfaces:
      - interface: end0
        dhcp: false
        addresses: [${address}/16]
        routes: [{ network: 0.0.0.0/0, gateway: 10.20.0.1 }]${role === 'controlplane' ? '\n        vip: { ip: 10.20.0.10 }' : ''}`,
  )
  return `clusterName: bench
talosVersion: v${talos}
kubernetesVersion: v1.36.3
endpoint: https://10.20.0.10:6443
nodes:
${nodes.join('\n')}
`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
