import { join } from 'node:path'
import { readRack } from '@homerack/rack'
import { connectRack } from '@homerack/virtual-rack'

/** Ends a rehearsal's rack. Its disks stay. @throws FaultError E_RACK_GONE if none runs. */
export async function stop(file: string, options: { readonly state: string }): Promise<void> {
  const { rack } = await readRack(file)
  await connectRack({ dir: join(options.state, 'rehearsal', rack.name, 'rack') }).stop()
}
