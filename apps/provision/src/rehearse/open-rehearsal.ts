import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { agentBundlePath } from '@homerack/flasher'
import type { Rack } from '@homerack/rack'
import { connectRack, type RackClient, resolveThrough, startRack } from '@homerack/virtual-rack'
import type { Reach, Site } from '../site/site.ts'
import { rehearsalImage } from './rehearsal-image.ts'
import { rehearsalSecrets } from './rehearsal-secrets.ts'
import { rehearsalSpec } from './rehearsal-spec.ts'
import { standInNetbootFiles } from './stand-in-netboot-files.ts'

export type RehearsalOptions = {
  readonly rack: Rack
  /** The state folder, `.homerack`. */
  readonly state: string
  /** Start from empty disks and new secrets. */
  readonly fresh: boolean
  /** Leave the rack running afterwards. */
  readonly keep: boolean
  readonly speed: number
  readonly faults: readonly string[]
  /** Adds a board that the file does not have. */
  readonly guest: boolean
  readonly signal: AbortSignal
  /** Hears what takes time before the rack runs. */
  readonly tell: (detail: string) => void
}

export type Rehearsal = {
  readonly site: Site
  readonly client: RackClient
  /** Lets go of the rack: it stays if it is to be kept, and ends otherwise. */
  close(): Promise<void>
}

/**
 * A rack in software for homerack.yaml: the process that plays it is started, or found running. Its disks and
 * its cluster stay in the state folder.
 */
export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { rack, state, signal, keep } = options
  const folder = rehearsalFolder(state, rack)
  const dir = join(folder, 'rack')
  if (options.fresh) await clear(folder, dir)
  await mkdir(folder, { recursive: true })
  const spec = rehearsalSpec(rack, options)
  const [image, bundle] = await Promise.all([
    rehearsalImage({ ...options, cache: join(state, 'rehearsal', 'images'), talos: rack.cluster.talos }),
    rehearsalSecrets(folder, rack),
  ])
  const client = await startRack({ spec, dir, keep, linger: 30, signal })
  const hold = await client.hold()
  const resolve = resolveThrough(await client.status())
  const { address, tftp, dhcp, http } = spec.operator
  const listen = { address: resolve(address), tftpPort: tftp, dhcpPort: dhcp, httpPort: http }
  const site: Site = {
    rack,
    folder,
    bundle,
    resolve,
    netboot: {
      listen,
      advertise: { address: listen.address, httpPort: http },
      files: standInNetbootFiles(),
      agent: { path: agentBundlePath() },
    },
    image: { talos: rack.cluster.talos, ...image },
  }
  const close = async () => {
    hold.release()
    if (!keep) await client.stop()
  }
  return { site, client, close }
}

/** The way to a rehearsal's rack that is still running. @throws FaultError E_RACK_GONE */
export async function reachRehearsal(rack: Rack, state: string): Promise<Reach> {
  const folder = rehearsalFolder(state, rack)
  const status = await connectRack({ dir: join(folder, 'rack') }).status()
  return { rack, folder, bundle: await rehearsalSecrets(folder, rack), resolve: resolveThrough(status) }
}

function rehearsalFolder(state: string, rack: Rack): string {
  return join(state, 'rehearsal', rack.name)
}

async function clear(folder: string, dir: string): Promise<void> {
  // A rack that still runs would write to the disks that are removed here.
  await connectRack({ dir })
    .stop()
    .catch(() => undefined)
  await rm(folder, { recursive: true, force: true })
}
