// One image into many nodes. Usage: import.ts TALOSCONFIG NAME DIGEST FILE ADDRESS …
import { readFileSync } from 'node:fs'
import {
  contextOf,
  createTalosClient,
  deliverImages,
  parseTalosconfig,
  planImageDelivery,
} from '@homerack/talos'

const [talosconfig = '', name = '', digest = '', path = '', ...addresses] = process.argv.slice(2)
const credentials = contextOf(parseTalosconfig(readFileSync(talosconfig, 'utf8')))
const nodes = addresses.map((address) => ({
  name: address,
  client: createTalosClient({ address, credentials }),
}))
const missing = nodes.map((node) => ({ node: node.name, images: [] }))
const begun = performance.now()
await deliverImages(planImageDelivery(missing, [{ name, digest, path }]), { nodes })
console.log(performance.now() - begun)
for (const { client } of nodes) client.close()
