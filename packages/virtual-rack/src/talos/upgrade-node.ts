import { metaTags } from '@homerack/flasher'
import type { TalosNode } from './talos-node.ts'

/** The Talos version that an installer image installs: its tag. */
export function versionOfImage(image: string): string | undefined {
  return /:(v\d+\.\d+\.\d+[\w.-]*)(@|$)/.exec(image)?.[1]
}

/**
 * What the installer says about going from one version to another, or undefined if it goes. A version takes
 * hosts from two minors before it up to one minor after it (Talos 1.13, `pkg/machinery/compatibility`).
 */
export function whyNotInstallable(host: string, target: string): string | undefined {
  const [from, to] = [minorOf(host), minorOf(target)]
  if (from < to - 2) return `host version ${host} is too old to upgrade to Talos ${target}`
  if (from > to + 1) return `host version ${host} is too new to downgrade to Talos ${target}`
  return undefined
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}

/**
 * The installer: puts a version in the slot that does not run and makes it the one to boot. META remembers that
 * it has not proven itself yet.
 *
 * @throws Error in the installer's words
 */
export async function install(node: TalosNode, image: string): Promise<void> {
  const version = versionOfImage(image)
  if (!version) throw new Error(`image "${image}" is no installer`)
  const wrong = whyNotInstallable(node.version, version)
  if (wrong) throw new Error(wrong)
  await node.disk.writeMeta(metaTags.upgrade, Buffer.from('fallback'))
  await node.disk.writeVersions({ talos: version, fallback: node.version })
  node.log(`upgrade: ${node.version} → ${version}`)
}

/** Swaps the slots. False if the other one is empty. */
export async function rollBack(node: TalosNode): Promise<boolean> {
  const { talos, fallback } = await node.disk.readVersions()
  if (!talos || !fallback) return false
  await node.disk.writeMeta(metaTags.upgrade, undefined)
  await node.disk.writeVersions({ talos: fallback, fallback: talos })
  node.log(`rollback: ${talos} → ${fallback}`)
  return true
}

/** Keeps an upgrade for the next boot. */
export async function stageUpgrade(node: TalosNode, image: string): Promise<void> {
  await node.disk.writeMeta(metaTags.stagedImage, Buffer.from(image))
  await node.disk.writeMeta(metaTags.stagedOptions, Buffer.from('{}'))
}

/**
 * What a boot owes to upgrades: goes back if the new version fails to boot, installs what was staged.
 *
 * @returns whether the node must reboot now
 */
export async function settleUpgrade(node: TalosNode): Promise<boolean> {
  const meta = await node.disk.readMeta()
  if (meta.has(metaTags.upgrade) && node.world.faults.has('upgrade-fails-to-boot', node.board.name)) {
    node.log(`${node.version} fails to boot: reverting`)
    return rollBack(node)
  }
  const staged = meta.get(metaTags.stagedImage)
  if (!staged) return false
  await node.disk.writeMeta(metaTags.stagedImage, undefined)
  await node.disk.writeMeta(metaTags.stagedOptions, undefined)
  node.update({ stage: 'upgrading' })
  try {
    await install(node, Buffer.from(staged).toString())
  } catch (error) {
    node.log(`staged upgrade: ${(error as Error).message}`)
  }
  return true
}

/** The version that runs has proven itself: no more going back on its own. */
export async function confirmUpgrade(node: TalosNode): Promise<void> {
  if (!(await node.disk.readMeta()).has(metaTags.upgrade)) return
  await node.disk.writeMeta(metaTags.upgrade, undefined)
  node.log(`upgrade: ${node.version} has booted, the fallback is not needed`)
}
