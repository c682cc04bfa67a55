import { readRack } from '@homerack/rack'
import type { Observed, ObservedNode, ObservedService } from '../observe/observed.ts'
import { createObserver } from '../observe/observer.ts'
import { reachRehearsal } from '../rehearse/open-rehearsal.ts'
import { reachHardware } from '../site/open-hardware.ts'

export type StatusOptions = { readonly state: string; readonly rehearsal: boolean; readonly output: string }

/** One look at the rack, changing nothing. Exit code 0 if everything is ready, 1 otherwise. */
export async function status(file: string, options: StatusOptions): Promise<number> {
  const { rack } = await readRack(file)
  const reach = options.rehearsal
    ? await reachRehearsal(rack, options.state)
    : await reachHardware({ rack, ...options })
  const observer = createObserver(reach, { boards: () => [] }, new AbortController().signal)
  try {
    const observed = await observer.all()
    const ready = new Set(observed.kubernetes?.ready)
    const nodes = rack.nodes.map(({ name, slot }) => ({
      name,
      slot,
      ...describe(observed.nodes.get(name), ready.has(name)),
    }))
    const services = rack.services.map(({ name }) => ({
      name,
      ...describeService(observed.services.get(name)),
    }))
    const fine = [...nodes, ...services].every((each) => each.ready)
    if (options.output === 'json')
      process.stdout.write(`${JSON.stringify({ type: 'status', nodes, services })}\n`)
    else process.stdout.write(`${lines(observed, nodes, services).join('\n')}\n`)
    return fine ? 0 : 1
  } finally {
    observer.close()
  }
}

type Line = { readonly name: string; readonly ready: boolean; readonly detail: string }

function lines(
  observed: Observed,
  nodes: readonly (Line & { slot: number })[],
  services: readonly Line[],
): string[] {
  const width = Math.max(...[...nodes, ...services].map(({ name }) => name.length))
  const line = ({ name, ready, detail }: Line) =>
    `${name.padEnd(width)}  ${ready ? 'ready    ' : 'not ready'}  ${detail}`
  return [
    ...nodes.map((node) => `${String(node.slot).padStart(2)}  ${line(node)}`),
    '',
    ...services.map((service) => `    ${line(service)}`),
    ...(observed.kubernetes ? [] : ['', '    The Kubernetes API does not answer.']),
  ]
}

function describe(node: ObservedNode | undefined, inKubernetes: boolean): { ready: boolean; detail: string } {
  switch (node?.kind) {
    case 'running': {
      const config =
        node.config === 'same' ? '' : `, its config differs from the file (${node.changes.join(', ')})`
      const detail = `Talos ${node.talos}${inKubernetes ? '' : ', not Ready in Kubernetes'}${config}`
      return { ready: inKubernetes && node.config === 'same', detail }
    }
    case 'maintenance':
      return { ready: false, detail: `Talos waits for its machine config at ${node.address}` }
    case 'refused':
      return { ready: false, detail: node.faults.map(({ code, cause }) => `${code} ${cause}`).join('; ') }
    default:
      return { ready: false, detail: 'no Talos API answers' }
  }
}

function describeService(service: ObservedService | undefined): { ready: boolean; detail: string } {
  if (service?.kind === 'later') return { ready: false, detail: `waits for ${service.after.join(', ')}` }
  if (service?.kind !== 'compared') return { ready: false, detail: 'unknown' }
  if (!service.plan.empty) return { ready: false, detail: 'differs from what it declares' }
  return { ready: service.ready, detail: service.reason }
}
