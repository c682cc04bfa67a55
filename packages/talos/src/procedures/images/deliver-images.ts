import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import type { TalosCalls } from '../../calls/talos-calls.ts'
import { nodeOf, type ProcedurePlan, stepsOf } from '../procedure.ts'
import { type FanReader, fanOut } from './fan-out.ts'
import { fullImageName } from './full-image-name.ts'
import type { DeliveredImage, ImageStep, NodeImages } from './plan-image-delivery.ts'

export type ImageNode = {
  readonly name: string
  readonly client: Pick<TalosCalls, 'imageList' | 'imageImport'>
}

/** `done` of `total` bytes of a tarball, to all nodes that get it. */
export type ImageEvent =
  | { readonly type: 'progress'; readonly image: string; readonly done: number; readonly total: number }
  | { readonly type: 'imported'; readonly image: string; readonly node: string }

export type DeliverOptions = {
  readonly nodes: readonly ImageNode[]
  readonly onEvent?: (event: ImageEvent) => void
  /** A node that takes nothing for so long is given up; 30 seconds if not said, in milliseconds. */
  readonly stallMs?: number
  readonly signal?: AbortSignal
}

const pieceBytes = 1024 * 1024

/** The images that pods can use, on every node. @throws FaultError if a node cannot be asked. */
export function observeImages({ nodes, signal }: DeliverOptions): Promise<NodeImages[]> {
  return Promise.all(
    nodes.map(async ({ name, client }) => ({
      node: name,
      images: await client.imageList('cri', { signal }),
    })),
  )
}

/**
 * Does what `planImageDelivery` planned: one image after the other, to all of its nodes at once from one reading of
 * its file. A node that fails does not hold up the others.
 *
 * @throws FaultError with every node's failure, once all are through: E_IMAGE_STALLED, E_IMAGE_DIGEST (the node
 * has something else under this name now), E_IMAGE_FILE, faults of the calls.
 */
export async function deliverImages(plan: ProcedurePlan<ImageStep>, options: DeliverOptions): Promise<void> {
  const steps = stepsOf(plan)
  const faults: Fault[] = []
  for (const image of new Set(steps.map((step) => step.image))) {
    const nodes = steps.filter((step) => step.image === image).map(({ node }) => nodeOf(options.nodes, node))
    faults.push(...(await deliver(image, nodes, options)))
  }
  if (faults.length > 0) throw new FaultError(faults)
}

async function deliver(
  image: DeliveredImage,
  nodes: readonly ImageNode[],
  { onEvent = () => {}, stallMs = 30_000, signal }: DeliverOptions,
): Promise<Fault[]> {
  const total = await sizeOf(image).catch((error: Error) => error)
  if (typeof total !== 'number') return [fileFault(image, total)]
  const stalled = nodes.map(() => new AbortController())
  const onStall = (index: number) =>
    stalled[index]?.abort(new FaultError(stall(image, nodes[index], stallMs)))
  const progress = (done: number) => onEvent({ type: 'progress', image: image.name, done, total })
  const readers = fanOut(readFile(image, progress, signal), nodes.length, { stallMs, onStall })
  const outcomes = await Promise.allSettled(
    nodes.map(async (node, index) => {
      const own = stalled[index]?.signal
      const each = AbortSignal.any([signal, own].filter((one) => one !== undefined))
      await importInto(node, image, readers[index], each)
      onEvent({ type: 'imported', image: image.name, node: node.name })
    }),
  )
  signal?.throwIfAborted()
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? faultsIn(outcome.reason) : []))
}

async function importInto(
  { name: subject, client }: ImageNode,
  { name, digest }: DeliveredImage,
  reader: FanReader | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!reader) return
  try {
    await client.imageImport(reader.pieces, { namespace: 'cri' }, { signal })
  } finally {
    reader.leave()
  }
  const images = await client.imageList('cri', { signal })
  const found = images.find((image) => image.name === fullImageName(name))?.digest
  if (found === digest) return
  const listed = found ? `has digest ${found}` : 'is not listed'
  const cause = `${name} ${listed} after the import, expected ${digest}`
  const hint = 'The tarball holds another image than was said, or under another name.'
  throw new FaultError({ code: 'E_IMAGE_DIGEST', subject, cause, hint })
}

async function* readFile(
  { path }: DeliveredImage,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  let done = 0
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes, signal })) {
    yield piece
    done += piece.length
    progress(done)
  }
}

async function sizeOf({ path }: DeliveredImage): Promise<number> {
  return (await stat(path)).size
}

function fileFault({ name, path }: DeliveredImage, error: Error): Fault {
  return { code: 'E_IMAGE_FILE', subject: name, cause: `cannot read ${path}: ${error.message}` }
}

function stall({ name }: DeliveredImage, node: ImageNode | undefined, stallMs: number): Fault {
  const cause = `it took nothing of ${name} for ${stallMs / 1000} s`
  return {
    code: 'E_IMAGE_STALLED',
    subject: node?.name ?? '',
    cause,
    hint: 'The other nodes went on without it.',
  }
}

/** @throws what is no fault: a bug, or the reason of an abort. */
function faultsIn(error: unknown): readonly Fault[] {
  const faults = faultsOf(error)
  if (!faults) throw error
  return faults
}
