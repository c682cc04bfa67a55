import { didYouMean, type Fault, FaultError } from '@homerack/errors'
import type { Rack } from '@homerack/rack'
import { type Schematic, schematicId } from '../schematic/schematic.ts'
import { type Overlay, overlays } from './overlays.ts'

/** The schematic of a rack's image, for an overlay that the Image Factory knows. */
export function rackSchematic(rack: Pick<Rack, 'image'>): Schematic | undefined {
  const { official } = findOverlay(rack.image.overlay) ?? {}
  if (!official) return undefined
  const officialExtensions = rack.image.extensions.map((name) =>
    name.includes('/') ? name : `siderolabs/${name}`,
  )
  return { overlay: official, customization: { systemExtensions: { officialExtensions } } }
}

/**
 * The installer image of a rack, the one that upgrades must use too: an installer with another overlay
 * overwrites U-Boot, and the board no longer boots from NVMe.
 *
 * An overlay with a slash in its name is an installer image itself. Throws `E_OVERLAY` (unknown name) and
 * `E_OVERLAY_EXTENSION` (a ready-made installer lacks a wanted extension).
 */
export function installerImage(rack: Pick<Rack, 'image' | 'cluster'>): string {
  const { overlay: name, extensions } = rack.image
  const version = rack.cluster.talos
  if (name.includes('/')) return /[:@][^/]*$/.test(name) ? name : `${name}:${version}`
  const overlay = findOverlay(name)
  if (!overlay) throw new FaultError(unknownOverlay(name))
  const schematic = rackSchematic(rack)
  if (schematic) return `factory.talos.dev/metal-installer/${schematicId(schematic)}:${version}`
  const missing = extensions.filter((extension) => !overlay.extensions?.includes(extension))
  if (missing.length > 0)
    throw new FaultError(missing.map((extension) => missingExtension(overlay, extension)))
  return `${overlay.installer}:${version}`
}

function findOverlay(name: string): Overlay | undefined {
  return overlays.find((overlay) => overlay.name === name)
}

function unknownOverlay(name: string): Fault {
  const names = overlays.map((overlay) => overlay.name)
  const near = didYouMean(name, names)
  return {
    code: 'E_OVERLAY',
    subject: name,
    cause: 'homerack knows no overlay of this name',
    hint: `${near ? `Did you mean ${near}? ` : ''}Known: ${names.join(', ')}, or the reference of an installer image of your own.`,
  }
}

function missingExtension(overlay: Overlay, extension: string): Fault {
  return {
    code: 'E_OVERLAY_EXTENSION',
    subject: extension,
    cause: `the installer image of ${overlay.name} does not contain it, only ${overlay.extensions?.join(', ')}`,
    hint: 'Remove it from image.extensions, or name an installer image of your own as image.overlay.',
  }
}
