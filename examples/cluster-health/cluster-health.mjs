// node cluster-health.mjs talosconfig [seconds]
import { readFile } from 'node:fs/promises'
import { contextOf, createTalosCluster, parseTalosconfig, waitForHealth } from '@homerack/talos'

const [file = 'talosconfig', seconds = '60'] = process.argv.slice(2)
const context = contextOf(parseTalosconfig(await readFile(file, 'utf8'), file))
const cluster = createTalosCluster({ endpoints: context.endpoints, credentials: context })
try {
  const nodes = (await cluster.anyone.resources.list('Member')).map(({ spec }) => ({
    name: spec.hostname,
    address: spec.addresses[0],
    role: spec.machineType === 'worker' ? 'worker' : 'controlplane',
    client: cluster.node(spec.addresses[0]),
  }))
  for await (const event of waitForHealth({ nodes, timeoutMs: Number(seconds) * 1000 }))
    console.log(event.type === 'passed' ? `ok       ${event.check}` : `waiting  ${event.reasons.join('; ')}`)
} catch (error) {
  console.error(error.faults ? error.message : error)
  process.exitCode = 1
} finally {
  cluster.close()
}
