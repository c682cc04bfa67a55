import type { SecretsBundle } from '@homerack/config-gen'
import type { ImageManifest, NetbootFiles } from '@homerack/flasher'
import type { Rack } from '@homerack/rack'

/** A rack and the way to it: enough to look at what runs. */
export type Reach = {
  readonly rack: Rack
  /** Folder for the journal and the reports. */
  readonly folder: string
  readonly bundle: SecretsBundle
  /** The address to dial for an address of the rack: itself, or the loopback address that plays it. */
  readonly resolve: (address: string) => string
}

/** What differs between hardware and a rehearsal. Everything else is the same code. */
export type Site = Reach & {
  readonly netboot: {
    readonly listen: {
      readonly address: string
      readonly tftpPort: number
      readonly dhcpPort: number
      readonly httpPort: number
    }
    /** What boards are told: an address that they reach. */
    readonly advertise: { readonly address: string; readonly httpPort: number }
    readonly files: NetbootFiles
    readonly agent: { readonly path: string }
    readonly runtime?: { readonly path: string }
  }
  readonly image: { readonly talos: string; readonly manifest: ImageManifest; readonly path: string }
}
