import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { ipv4OfBytes } from '../../src/netboot/network/ipv4.ts'
import type { Host } from './network.ts'

/** A UDP datagram that a machine saw. Addresses are dotted quads. */
export type SeenFrame = {
  readonly from: string
  readonly to: string
  readonly port: number
  readonly data: Buffer
}

/** Lets tcpdump see everything that passes a machine's interface. `stop` gives the UDP datagrams among it. */
export async function captureAt(
  host: Host,
  tcpdump: string,
  file: string,
): Promise<{ stop(): Promise<SeenFrame[]> }> {
  const child = host.start(tcpdump, ['-i', 'lan0', '-n', '-U', '--immediate-mode', '-w', file, 'udp'])
  await once(child.stderr as NonNullable<typeof child.stderr>, 'data')
  return {
    stop: async () => {
      const ended = once(child, 'close')
      child.kill('SIGINT')
      await ended
      return readFrames(await readFile(file))
    },
  }
}

/** UDP over IPv4 in Ethernet frames of a little-endian pcap file. */
function readFrames(file: Buffer): SeenFrame[] {
  const frames: SeenFrame[] = []
  for (let at = 24; at + 16 <= file.length; ) {
    const kept = file.readUInt32LE(at + 8)
    const ip = file.subarray(at + 16 + 14, at + 16 + kept)
    at += 16 + kept
    const udp = ip.subarray(((ip[0] ?? 0) & 0xf) * 4)
    if (ip[0] === undefined || ip[0] >> 4 !== 4 || udp.length < 8) continue
    frames.push({
      from: ipv4OfBytes(ip.subarray(12)),
      to: ipv4OfBytes(ip.subarray(16)),
      port: udp.readUInt16BE(2),
      data: Buffer.from(udp.subarray(8)),
    })
  }
  return frames
}
