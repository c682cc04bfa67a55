import type { ProcedurePlan } from '../procedure.ts'
import { fullImageName } from './full-image-name.ts'

/** An image as a tarball (OCI layout or docker archive). */
export type DeliveredImage = {
  /** The name under which pods use it; a node lists it in full (`retail:1` as `docker.io/library/retail:1`). */
  readonly name: string
  /** `sha256:…`, as a node lists it: that of the image's manifest or index, not of the tarball. */
  readonly digest: string
  /** The tarball. */
  readonly path: string
}

export type NodeImages = {
  readonly node: string
  readonly images: readonly { readonly name: string; readonly digest: string }[]
}

export type ImageStep = {
  readonly node: string
  readonly action: 'import'
  readonly reason: string
  readonly image: DeliveredImage
}

/** Which images are missing where. A node whose kubelet collected an image gets it again. */
export function planImageDelivery(
  nodes: readonly NodeImages[],
  images: readonly DeliveredImage[],
): ProcedurePlan<ImageStep> {
  const steps = images.flatMap((image) =>
    nodes.flatMap(({ node, images: present }): ImageStep[] => {
      const found = present.filter(({ name }) => name === fullImageName(image.name))
      if (found.some(({ digest }) => digest === image.digest)) return []
      const old = found[0]?.digest
      const reason = old
        ? `${image.name}: ${short(old)} → ${short(image.digest)}`
        : `${image.name} is missing`
      return [{ node, action: 'import', reason, image }]
    }),
  )
  return { steps, refused: [] }
}

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}
