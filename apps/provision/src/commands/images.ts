import { readRack } from '@homerack/rack'
import {
  deliverImages,
  formatProcedurePlan,
  type ImageEvent,
  observeImages,
  planImageDelivery,
  readImageFile,
} from '@homerack/talos'
import { formatBytes } from '../format/format-bytes.ts'
import { createAccess } from '../observe/access.ts'
import { reachRehearsal } from '../rehearse/open-rehearsal.ts'
import { reachHardware } from '../site/open-hardware.ts'

export type ImagesOptions = {
  readonly rack: string
  readonly state: string
  readonly rehearsal: boolean
  readonly output: string
}

/** Sends image archives to the nodes that lack what is in them, so that pods need no registry for it. */
export async function images(archives: readonly string[], options: ImagesOptions): Promise<void> {
  const abort = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => abort.abort(new Error('interrupted')))
  const { signal } = abort
  const { rack } = await readRack(options.rack)
  const wanted = await Promise.all(archives.map((path) => readImageFile(path, signal)))
  const reach = options.rehearsal
    ? await reachRehearsal(rack, options.state)
    : await reachHardware({ rack, state: options.state })
  const access = createAccess(reach, signal)
  try {
    const nodes = rack.nodes.map((node) => ({ name: node.name, client: access.talos(node) }))
    const plan = planImageDelivery(await observeImages({ nodes, signal }), wanted.flat())
    const write = (text: string) => process.stdout.write(`${text}\n`)
    if (options.output === 'json') {
      write(JSON.stringify({ type: 'images', steps: plan.steps }))
      await deliverImages(plan, { nodes, signal, onEvent: (event) => write(JSON.stringify(event)) })
    } else {
      write(formatProcedurePlan(plan))
      await deliverImages(plan, { nodes, signal, onEvent: plainLines(write) })
    }
  } finally {
    access.close()
  }
}

/** A line for each quarter of an image, and for each node that has it. */
function plainLines(write: (text: string) => void): (event: ImageEvent) => void {
  let quarters = 0
  return (event) => {
    if (event.type === 'imported') return write(`${event.node}  has ${event.image}`)
    const reached = Math.floor((4 * event.done) / event.total)
    if (reached > 0 && reached !== quarters)
      write(`${event.image}  ${formatBytes(event.done)} of ${formatBytes(event.total)} sent`)
    quarters = reached
  }
}
