import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { secretsBundleFromTree } from '@homerack/config-gen'
import { FaultError } from '@homerack/errors'
import { agentBundlePath, frameImage, type NetbootFiles } from '@homerack/flasher'
import type { Rack } from '@homerack/rack'
import { loadIdentities, readSopsFile } from '@homerack/secrets'
import { hostsIn } from '../observe/hosts-in.ts'
import type { Reach, Site } from './site.ts'

export type HardwareOptions = {
  readonly rack: Rack
  readonly state: string
  /** The Talos disk image: raw, .zst, .gz or .xz. The flake gives it as HOMERACK_IMAGE. */
  readonly image: string | undefined
  /** A folder with kernel_2712.img, initramfs and device trees. The flake gives it as HOMERACK_NETBOOT. */
  readonly netboot: string | undefined
  /** Node for the flash agent, a cpio archive, unless the initramfs has it. The flake gives it as HOMERACK_RUNTIME. */
  readonly runtime: string | undefined
  readonly signal: AbortSignal
}

/** The real rack, as far as looking at it goes. @throws FaultError for the secrets file. */
export async function reachHardware({
  rack,
  state,
}: Pick<HardwareOptions, 'rack' | 'state'>): Promise<Reach> {
  const { file } = rack.secrets
  if (!existsSync(file)) {
    throw new FaultError({
      code: 'E_SECRETS_FILE_MISSING',
      subject: file,
      cause: 'the secrets file that homerack.yaml names does not exist',
      hint: `Make the cluster's secrets once: config-gen secrets new --rack ${rack.file}\nTo try without them: provision rehearse`,
    })
  }
  const { tree } = await readSopsFile(file, await loadIdentities())
  return {
    rack,
    folder: join(state, rack.name),
    bundle: secretsBundleFromTree(tree, file),
    resolve: (address) => address,
  }
}

/** The real rack, ready to be provisioned from this machine. */
export async function openHardware(options: HardwareOptions): Promise<Site> {
  const { rack, state, signal } = options
  const reach = await reachHardware(options)
  const address = ownAddress(rack)
  const source = required(options.image, 'E_IMAGE_NOT_GIVEN', 'no disk image was given', '--image FILE')
  const folder = required(
    options.netboot,
    'E_NETBOOT_NOT_GIVEN',
    'no netboot files were given',
    '--netboot FOLDER',
  )
  const image = await frameImage({ source, cacheDir: join(state, 'images'), signal })
  return {
    ...reach,
    netboot: {
      listen: { address, tftpPort: 69, dhcpPort: 67, httpPort: 8069 },
      advertise: { address, httpPort: 8069 },
      files: await netbootFiles(folder),
      agent: { path: agentBundlePath() },
      ...(options.runtime !== undefined && { runtime: { path: options.runtime } }),
    },
    image: { talos: rack.cluster.talos, ...image },
  }
}

function ownAddress(rack: Rack): string {
  const hosts = new Set(hostsIn(rack.network.cidr))
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const address = own.map((one) => one.address).find((candidate) => hosts.has(candidate))
  if (address) return address
  throw new FaultError({
    code: 'E_NOT_IN_NETWORK',
    subject: rack.network.cidr,
    cause: 'this machine has no address in the rack’s network, so no board could boot from it',
    hint: 'Run it on a machine in that network. To try without hardware: provision rehearse',
  })
}

async function netbootFiles(folder: string): Promise<NetbootFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(files.map((path) => [path.slice(folder.length).replace(/^\/+/, ''), { path }]))
}

function required(value: string | undefined, code: `E_${string}`, cause: string, flag: string): string {
  if (value) return value
  throw new FaultError({
    code,
    subject: 'provision',
    cause,
    hint: `Name it with ${flag}, or use the flake: nix run .#provision`,
  })
}
