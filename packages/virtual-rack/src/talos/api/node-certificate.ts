import { issueAuthority, issueCertificate, type KeyPair } from '../issue-certificate.ts'
import type { MachineConfig } from '../machine-config.ts'
import type { TalosNode } from '../talos-node.ts'
import { untilFound } from '../until.ts'

/** A certificate of a CA that nobody knows: how a node without a config answers. */
export async function maintenanceCertificate(node: TalosNode): Promise<KeyPair> {
  const { address } = node.state()
  return issueCertificate({
    ca: await issueAuthority('talos', node.world.now()),
    subject: { commonName: 'maintenance-service.talos.dev', organizations: ['talos'] },
    addresses: [address, node.world.loopback(address)],
    dnsNames: ['maintenance-service.talos.dev'],
    usage: 'server',
    now: node.world.now(),
  })
}

/**
 * The node's certificate, signed by the CA in its config. A worker has no CA key: a control plane signs for it
 * (trustd), so that it waits until one runs.
 */
export async function nodeCertificate(node: TalosNode): Promise<KeyPair> {
  const { config, address, hostname } = node.state()
  if (!config) throw new TypeError('a certificate needs a config')
  const { loopback, now } = node.world
  const real = [address, ...(config.vip ? [config.vip] : []), ...config.certificateNames.filter(isAddress)]
  return issueCertificate({
    ca: await untilFound(() => authorityFor(node, config), node.signal),
    subject: { commonName: hostname },
    addresses: [...new Set([...real, ...real.map(loopback), '127.0.0.1'])],
    dnsNames: [hostname, 'localhost', ...config.certificateNames.filter((name) => !isAddress(name))],
    usage: 'server',
    now: now(),
  })
}

function authorityFor(node: TalosNode, { osCa, token }: MachineConfig): KeyPair | undefined {
  if (osCa.key) return { crt: osCa.crt, key: osCa.key }
  for (const other of node.world.nodes.values()) {
    const config = other.state().config
    if (config?.osCa.crt === osCa.crt && config.osCa.key && config.token === token) {
      return { crt: osCa.crt, key: config.osCa.key }
    }
  }
  return undefined
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name)
}
