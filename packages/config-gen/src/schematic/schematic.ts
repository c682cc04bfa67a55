import { createHash } from 'node:crypto'
import { stringify } from 'yaml'

/**
 * What the Image Factory builds an image from (siderolabs/image-factory, pkg/schematic). List order is part of
 * the identity: the same extensions in another order are another schematic.
 */
export type Schematic = {
  readonly owner?: string
  readonly overlay?: {
    readonly image?: string
    readonly name?: string
    readonly options?: Readonly<Record<string, unknown>>
  }
  readonly customization?: {
    readonly embeddedMachineConfiguration?: string
    readonly extraKernelArgs?: readonly string[]
    readonly meta?: readonly { readonly key: number; readonly value: string }[]
    readonly systemExtensions?: { readonly officialExtensions?: readonly string[] }
    readonly bootloader?: 'auto' | 'dual-boot' | 'grub' | 'sd-boot'
    readonly secureboot?: { readonly enrollKeys?: string; readonly includeWellKnownCertificates?: boolean }
    readonly diskImage?: { readonly sectorSize?: number }
  }
}

/** The canonical YAML: fixed key order, empty fields left out, `customization` always there. */
export function formatSchematic(schematic: Schematic): string {
  const { owner, overlay = {}, customization = {} } = schematic
  const { embeddedMachineConfiguration, extraKernelArgs, meta, systemExtensions, bootloader } = customization
  const ordered = {
    owner,
    overlay: { image: overlay.image, name: overlay.name, options: overlay.options },
    customization: {
      embeddedMachineConfiguration,
      extraKernelArgs,
      meta,
      systemExtensions: { officialExtensions: systemExtensions?.officialExtensions },
      bootloader,
      secureboot: customization.secureboot,
      diskImage: customization.diskImage,
    },
  }
  const root = withoutEmpty(ordered) ?? {}
  return stringify({ ...root, customization: root.customization ?? {} }, { indent: 4, lineWidth: 0 })
}

/** The schematic's name at the Image Factory: the SHA-256 of its canonical YAML, in hex. */
export function schematicId(schematic: Schematic): string {
  return createHash('sha256').update(formatSchematic(schematic)).digest('hex')
}

function withoutEmpty(record: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const kept = Object.entries(record).flatMap(([key, value]): [string, unknown][] => {
    const rest = isRecord(value) ? withoutEmpty(value) : value
    const empty = rest === undefined || rest === '' || rest === false || rest === 0
    return empty || (Array.isArray(rest) && rest.length === 0) ? [] : [[key, rest]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
