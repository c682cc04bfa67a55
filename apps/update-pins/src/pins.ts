import { z } from 'zod'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** An image for one platform: its manifest, and every blob that the manifest names. Sizes are bytes. */
const pinnedManifest = z.strictObject({
  digest,
  size: z.int().positive(),
  mediaType: z.string(),
  config: digest,
  layers: z.array(digest),
})
export type PinnedManifest = z.infer<typeof pinnedManifest>

const imagePin = z.strictObject({
  /** An image whose file `image-digests` names this one's tag. */
  listedIn: z.string().optional(),
  /** Registry and repository: `ghcr.io/siderolabs/imager`. */
  image: z.string().regex(/^[^/]+\/.+[^:/]$/),
  tag: z.string().nullable(),
  platforms: z.record(z.string().regex(/^linux\//), pinnedManifest.nullable()),
})
export type ImagePin = z.infer<typeof imagePin>

const filePin = z.strictObject({ url: z.url(), hash: z.string().startsWith('sha256-').nullable() })
export type FilePin = z.infer<typeof filePin>

/** The parts of nix/pins.json that this tool fills in; others are kept as they are. */
export const pinsFile = z.looseObject({
  images: z.record(z.string(), imagePin),
  files: z.record(z.string(), filePin),
})
export type Pins = z.infer<typeof pinsFile>
