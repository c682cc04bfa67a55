import { create } from '@bufbuild/protobuf'
import { type ContainerdInstance, ContainerdInstanceSchema } from '../gen/common/common_pb.js'

/**
 * Whose images: those that pods use, those of Talos on disk, or those of Talos in memory (maintenance mode). The
 * names are talosctl's. Talos refuses any other pair of driver and namespace (1.13.9).
 */
export type ImageNamespace = 'cri' | 'system' | 'inmem'

const containerd = 0
const cri = 1
const nsSystem = 1
const nsCri = 2

const instances: Record<ImageNamespace, { driver: number; namespace: number }> = {
  cri: { driver: cri, namespace: nsCri },
  system: { driver: cri, namespace: nsSystem },
  inmem: { driver: containerd, namespace: nsSystem },
}

export function containerdOf(namespace: ImageNamespace): ContainerdInstance {
  return create(ContainerdInstanceSchema, instances[namespace])
}
