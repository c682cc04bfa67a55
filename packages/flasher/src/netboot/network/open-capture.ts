import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { FaultError } from '@homerack/errors'
import { bytesOfIpv4 } from './ipv4.ts'
import type { SeenDatagram, Tap } from './tap.ts'

/** A pcap file that grows while services run. */
export type Capture = {
  readonly tap: Tap
  /** Writes what is still waiting and closes the file. */
  close(): Promise<void>
}

/** Enough for every DHCP packet and TFTP request; of DATA blocks the start. */
const MOST_BYTES = 1024
const RAW_IP = 101
const HEADERS = 28

/**
 * Opens a pcap file (libpcap 2.4, raw IP, microseconds) for what services see: their UDP datagrams, with IP and
 * UDP headers made up around them. Ethernet and HTTP are not in it.
 * @param now milliseconds since 1970
 * @throws FaultError E_CAPTURE
 */
export async function openCapture(path: string, now: () => number = Date.now): Promise<Capture> {
  const file = createWriteStream(path)
  try {
    await once(file, 'open')
  } catch (error) {
    const cause = `the capture cannot be written: ${(error as Error).message}`
    throw new FaultError({ code: 'E_CAPTURE', subject: path, cause }, { cause: error })
  }
  // A full disk must not stop the services: from then on nothing is captured.
  let over = false
  file.on('error', () => {
    over = true
  })
  file.write(fileHeader())
  return {
    tap: (datagram) => void (over || file.write(packetRecord(datagram, now()))),
    close: async () => {
      if (over) return
      over = true
      file.end()
      await once(file, 'close')
    },
  }
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(HEADERS + MOST_BYTES, 16)
  header.writeUInt32LE(RAW_IP, 20)
  return header
}

function packetRecord({ from, to, data }: SeenDatagram, at: number): Buffer {
  const kept = data.subarray(0, MOST_BYTES)
  const record = Buffer.alloc(16 + HEADERS + kept.length)
  record.writeUInt32LE(Math.floor(at / 1000), 0)
  record.writeUInt32LE(Math.floor((at % 1000) * 1000), 4)
  record.writeUInt32LE(HEADERS + kept.length, 8)
  record.writeUInt32LE(HEADERS + data.length, 12)
  const ip = record.subarray(16)
  ip.writeUInt8(0x45, 0)
  ip.writeUInt16BE(HEADERS + data.length, 2)
  ip.writeUInt8(64, 8)
  ip.writeUInt8(17, 9)
  ip.set(bytesOfIpv4(from.address), 12)
  ip.set(bytesOfIpv4(to.address), 16)
  ip.writeUInt16BE(checksum(ip.subarray(0, 20)), 10)
  ip.writeUInt16BE(from.port, 20)
  ip.writeUInt16BE(to.port, 22)
  ip.writeUInt16BE(8 + data.length, 24)
  ip.set(kept, HEADERS)
  return record
}

/** RFC 1071. */
function checksum(header: Buffer): number {
  let sum = 0
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
