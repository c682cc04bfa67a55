import { metaTags } from '@homerack/flasher'
import type { TalosNode } from './talos-node.ts'

/** The Talos version that an installer image installs: its tag. */
export function versionOfImage(image: string): string | undefined {
  return /:(v\d+\.\d+\.\d+[\w.-]*)(@|$)/.exec(image)?.[1]
}

/** Puts another version on the disk; META remembers the one before. It runs after the next reboot. */
export async function upgrade(node: TalosNode, image: string): Promise<void> {
  const version = versionOfImage(image)
  if (!version) throw new RangeError(`the image ${image} has no version tag`)
  await node.disk.writeMeta(metaTags.upgrade, Buffer.from(node.version))
  await node.disk.writeVersion(version)
  node.log(`upgrade: ${node.version} → ${version}`)
}

/** Goes back to the version before the last upgrade. False if there was none. */
export async function rollBack(node: TalosNode): Promise<boolean> {
  const before = Buffer.from((await node.disk.readMeta()).get(metaTags.upgrade) ?? []).toString()
  if (!before) return false
  await upgrade(node, `rollback:${before}`)
  return true
}
