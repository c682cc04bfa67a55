import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import { readJson, writeJson } from './json-file.ts'

/** A loopback network that is ours until released. `base` is its first three octets. */
export type LoopbackBase = { base: string; release(): Promise<void> }

/** A listener on this port of the network's address .255 is how one rack tells another that it is taken. */
const claimPort = 50_009

/**
 * Claims a free `127.A.B.0/24`: the one this rack had before if it still is free, so that addresses in log files
 * and kubeconfigs stay right.
 *
 * @throws FaultError E_RACK_NO_LOOPBACK if none of many is free.
 */
export async function claimLoopbackBase(dir: string): Promise<LoopbackBase> {
  const file = join(dir, 'base.json')
  const before = (await readJson(file)) as { base?: string } | undefined
  for (const base of [...(before?.base ? [before.base] : []), ...candidates(dir)]) {
    const claim = await tryToClaim(base)
    if (!claim) continue
    await writeJson(file, { base })
    return { base, release: () => new Promise((resolve) => claim.close(() => resolve())) }
  }
  throw new FaultError({
    code: 'E_RACK_NO_LOOPBACK',
    subject: dir,
    cause: 'no free loopback network was found between 127.64.1.0 and 127.250.254.0',
    hint: 'Stop other racks: virtual-rack processes hold one each.',
  })
}

/** Networks to try, in an order that differs from rack to rack. The low ones are left to others. */
function* candidates(dir: string): Generator<string> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const [a = 0, b = 0] = createHash('sha256').update(`${dir} ${attempt}`).digest()
    if (a >= 64 && a <= 250 && b >= 1 && b <= 254) yield `127.${a}.${b}`
  }
}

async function tryToClaim(base: string): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>()
  const server = createServer((socket) => socket.destroy())
  server.on('error', () => resolve(undefined))
  server.listen({ host: `${base}.255`, port: claimPort, exclusive: true }, () => resolve(server))
  return promise
}
