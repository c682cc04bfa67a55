import { resolve } from 'node:path'
import type { DiskFound, Inventory } from '@homerack/flasher'
import { type Rack, readRack } from '@homerack/rack'
import type { Observed, ObservedNode } from '../src/observe/observed.ts'

export const exampleFile = resolve(import.meta.dirname, '../../../examples/three-pi/homerack.yaml')
export const image = {
  talos: 'v1.13.9',
  manifest: { sha256: 'ab'.repeat(32), size: 2 ** 31, ranges: [] },
}

export async function exampleRack(): Promise<Rack> {
  return (await readRack(exampleFile)).rack
}

export function disk(change: Partial<DiskFound> = {}): DiskFound {
  return {
    device: '/dev/nvme0n1',
    model: 'NVMe',
    serial: 'S6XNNS0W103',
    size: 1_000_204_886_016,
    sectorSize: 512,
    readOnly: false,
    content: { kind: 'empty' },
    ...change,
  }
}

export function inventory(serial: string, disks: DiskFound[] = [disk()]): Inventory {
  return {
    serial,
    revision: 'e04171',
    mac: '2c:cf:67:00:00:01',
    memory: 2 ** 34,
    disks,
    agent: 'cd'.repeat(32),
  }
}

/** Every node as `of` says, no Kubernetes, services unknown. */
export function observed(rack: Rack, of: (name: string, index: number) => ObservedNode): Observed {
  return {
    nodes: new Map(rack.nodes.map(({ name }, index) => [name, of(name, index)])),
    kubernetes: undefined,
    services: new Map(),
  }
}
