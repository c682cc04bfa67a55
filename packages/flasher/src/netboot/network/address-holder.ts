import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeUdp, openUdp } from './udp-socket.ts'

const DISCARD_PORT = 9
const LOOK_MS = 50
const COMPLETE = 0x2

/**
 * The MAC of who answers for an address on the link, if anyone does. The kernel is made to ask by ARP, which
 * needs no privilege, and its table is read. Linux only: elsewhere nobody is found.
 */
export async function addressHolder(address: string, waitMs = 400): Promise<string | undefined> {
  const socket = await openUdp('ARP', '0.0.0.0', 0)
  try {
    socket.send(new Uint8Array(), DISCARD_PORT, address, () => {})
    for (let waited = 0; waited < waitMs; waited += LOOK_MS) {
      await sleep(LOOK_MS)
      const holder = holderIn(await readFile('/proc/net/arp', 'utf8').catch(() => ''), address)
      if (holder) return holder
    }
    return undefined
  } finally {
    await closeUdp(socket)
  }
}

function holderIn(table: string, address: string): string | undefined {
  for (const row of table.split('\n').slice(1)) {
    const [held, , flags, mac] = row.split(/\s+/)
    if (held === address && Number(flags) & COMPLETE) return mac
  }
  return undefined
}
