import { isIPv6 } from 'node:net'

/** `host`, `host:port`, `[v6]:port` or a bare IPv6 address, as talosconfigs have them. */
export function parseEndpoint(endpoint: string, defaultPort: number): { address: string; port: number } {
  if (isIPv6(endpoint)) return { address: endpoint, port: defaultPort }
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(endpoint) ?? []
  return { address: bracketed ?? plain ?? endpoint, port: port ? Number(port) : defaultPort }
}
