import { z } from 'zod'
import type { TalosDisk } from '../disk/talos-disk.ts'

const stateSchema = z.object({
  config: z.string(),
  /** A config that takes effect at the next boot (mode STAGED). */
  staged: z.string().optional(),
})

const ephemeralSchema = z.object({
  etcd: z.object({ cluster: z.string(), member: z.string() }).optional(),
  images: z
    .array(
      z.object({
        name: z.string(),
        digest: z.string(),
        size: z.number(),
        created: z.coerce.date(),
        namespace: z.enum(['system', 'cri']),
      }),
    )
    .default([]),
})

/** What Talos keeps on STATE. */
export type StoredState = z.infer<typeof stateSchema>

/** What Talos keeps on EPHEMERAL. */
export type StoredEphemeral = z.infer<typeof ephemeralSchema>

/** STATE as it is on the disk; undefined if the disk has none or it cannot be read. */
export async function readState(disk: TalosDisk): Promise<StoredState | undefined> {
  return stateSchema.safeParse(await disk.read('STATE')).data
}

/** EPHEMERAL as it is on the disk; an empty one if there is none. */
export async function readEphemeral(disk: TalosDisk): Promise<StoredEphemeral> {
  return ephemeralSchema.safeParse(await disk.read('EPHEMERAL')).data ?? { images: [] }
}
