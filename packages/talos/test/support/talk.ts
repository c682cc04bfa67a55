import { faultsOf } from '@homerack/errors'
import { afterEach } from 'vitest'
import { createTalosClient, type TalosClient } from '../../src/index.ts'
import { type FakeNode, maintenance, type Services } from './fake-node.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** A fake node and a client for it, until the test ends. */
export async function talk(services: Services): Promise<TalosClient & { node: FakeNode }> {
  const node = await maintenance(services)
  const client = createTalosClient({ ...node.target, credentials: { maintenance: {} } })
  open.push(client, node)
  return { ...client, node }
}

export const codesOf = (error: unknown) => faultsOf(error)?.map(({ code }) => code)
