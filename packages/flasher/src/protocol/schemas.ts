import * as z from 'zod/mini'
import { BLOCK_BYTES, HEAD_BYTES, RANGE_BYTES } from './limits.ts'

const text = (most: number) => z.string().check(z.maxLength(most))
const bytes = z.int().check(z.nonnegative())
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const id = z.string().check(z.regex(/^[\w.:-]{1,128}$/))

const faultSchema = z.object({
  code: z.templateLiteral([z.enum(['E_', 'W_']), z.string().check(z.regex(/^[A-Z0-9_]{1,60}$/))]),
  subject: text(256),
  cause: text(2048),
  hint: z.optional(text(2048)),
})

const diskContentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('interrupted'), image: sha256 }),
  z.object({
    kind: z.literal('partitioned'),
    label: z.enum(['gpt', 'mbr']),
    partitions: z.array(z.object({ name: text(72), type: text(64), size: bytes })).check(z.maxLength(128)),
  }),
  z.object({ kind: z.literal('filesystem'), type: text(64) }),
  z.object({ kind: z.literal('unknown') }),
])

const diskFoundSchema = z.object({
  device: text(256),
  model: text(256),
  serial: text(256),
  size: bytes,
  sectorSize: z.int().check(z.minimum(512), z.maximum(65536)),
  readOnly: z.boolean(),
  inUse: z.optional(text(256)),
  content: diskContentSchema,
})

/** What a board says about itself: `POST /boards/<serial>/inventory`. */
export const inventorySchema = z.object({
  serial: z.string().check(z.regex(/^[0-9a-f]{8}$/)),
  revision: z.string().check(z.regex(/^[0-9a-f]{0,8}$/)),
  mac: z.string().check(z.regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)),
  memory: bytes,
  disks: z.array(diskFoundSchema).check(z.maxLength(64)),
  agent: sha256,
})

const rangeSchema = z.object({
  start: bytes,
  length: z.int().check(z.minimum(1), z.maximum(RANGE_BYTES)),
  sha256,
  frame: z.object({
    offset: bytes,
    length: z.int().check(z.minimum(1), z.maximum(2 * RANGE_BYTES)),
  }),
})

/**
 * The map of an image. `sha256` names the framed file; `size` counts raw bytes, holes included. Ranges are in
 * order, disjoint, start on 4 KiB blocks, lie inside the image, and none crosses the end of the first MiB.
 */
export const imageManifestSchema = z
  .object({ sha256, size: bytes, ranges: z.array(rangeSchema).check(z.maxLength(262_144)) })
  .check(
    z.refine((manifest) => {
      let end = 0
      return manifest.ranges.every(({ start, length }) => {
        const ordered = start >= end && start % BLOCK_BYTES === 0
        end = start + length
        return ordered && end <= manifest.size && (start >= HEAD_BYTES || end <= HEAD_BYTES)
      })
    }, 'the ranges overlap, are unaligned or leave the image'),
  )

/** What the operator wants written: `GET /boards/<serial>/assignment`. */
export const assignmentSchema = z.object({
  id,
  disk: z.object({ serial: text(256), size: bytes }),
  erase: z.boolean(),
  image: imageManifestSchema,
  url: z.url().check(z.regex(/^http:\/\//), z.maxLength(2048)),
})

/** What the agent tells while it works: `POST /boards/<serial>/events`. */
export const agentEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    assignment: id,
    image: sha256,
    phase: z.enum(['write', 'verify']),
    done: bytes,
    total: bytes,
  }),
  z.object({
    type: z.literal('flashed'),
    assignment: id,
    image: sha256,
    written: bytes,
    skipped: bytes,
    writeMs: z.number().check(z.nonnegative()),
    verifyMs: z.number().check(z.nonnegative()),
    sha256,
  }),
  z.object({ type: z.literal('failed'), assignment: id, fault: faultSchema }),
])

/** The body of `POST /boards/<serial>/events`. */
export const agentEventsSchema = z.object({ events: z.array(agentEventSchema).check(z.maxLength(256)) })

export type Inventory = z.infer<typeof inventorySchema>
export type DiskFound = z.infer<typeof diskFoundSchema>
export type DiskContent = z.infer<typeof diskContentSchema>
export type ImageRange = z.infer<typeof rangeSchema>
export type ImageManifest = z.infer<typeof imageManifestSchema>
export type Assignment = z.infer<typeof assignmentSchema>
export type AgentEvent = z.infer<typeof agentEventSchema>
