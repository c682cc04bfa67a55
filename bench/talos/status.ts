// The version and the services of many nodes, in parallel. Usage: status.ts TALOSCONFIG forwarded|direct ADDRESS …
import { readFileSync } from 'node:fs'
import { contextOf, createTalosClient, createTalosCluster, parseTalosconfig } from '@homerack/talos'

const [file = '', way, ...addresses] = process.argv.slice(2)
const context = contextOf(parseTalosconfig(readFileSync(file, 'utf8')))
// 500 handshakes at once on a busy machine take longer than the usual deadline.
const options = { credentials: context, timeoutMs: 60_000 }
const cluster = createTalosCluster({ endpoints: context.endpoints, ...options })
const answers = await Promise.all(
  addresses.map(async (address) => {
    const client = way === 'direct' ? createTalosClient({ address, ...options }) : undefined
    const node = client ?? cluster.node(address)
    const [{ tag }, services] = await Promise.all([node.version(), node.services()])
    client?.close()
    return `${address} ${tag} ${services.filter(({ healthy }) => healthy).length}`
  }),
)
cluster.close()
console.log(answers.join('\n'))
