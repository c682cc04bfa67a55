import type { Terms } from './negotiate.ts'
import { buildTftp, dataPacket } from './tftp-packet.ts'

/** The sending side of one transfer, as a pure machine: packets in, packets out, no clock and no socket. */
export type Sender = {
  /** The first packets: the OACK, or DATA 1 if no option was accepted. */
  start(): Uint8Array[]
  /** What to send after an ACK. Stale and repeated ACKs are answered with nothing. */
  acknowledge(block: number): Uint8Array[]
  /** Everything that waits for an ACK, once more. */
  repeat(): Uint8Array[]
  state(): 'offered' | 'sending' | 'last-sent' | 'done'
}

/**
 * Sends `data` block by block. A last block that is exactly full is followed by an empty one. Block numbers
 * are counted wide here and roll over from 65535 to 0 on the wire. DATA is never repeated because of a
 * repeated ACK (RFC 1123 section 4.2.3.1, the sorcerer's apprentice), only by `repeat`.
 */
export function createSender(data: Uint8Array, terms: Terms): Sender {
  const { blockSize, window, accepted } = terms
  const blocks = Math.floor(data.length / blockSize) + 1
  let offered = accepted.size > 0
  let acknowledged = 0
  let sent = 0

  const block = (number: number): Uint8Array => dataPacket(number, data, (number - 1) * blockSize, blockSize)
  const flight = (from: number, to: number): Uint8Array[] => {
    if (from === to) return [block(from)]
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => block(from + i))
  }
  const nextWindow = (): Uint8Array[] => {
    sent = Math.min(acknowledged + window, blocks)
    return flight(acknowledged + 1, sent)
  }
  const oack = (): Uint8Array[] => [buildTftp({ kind: 'oack', options: accepted })]

  return {
    start: () => (offered ? oack() : nextWindow()),
    acknowledge: (number) => {
      if (offered) {
        if (number !== 0) return []
        offered = false
        return nextWindow()
      }
      const step = (number - acknowledged) & 0xffff
      if (step === 0 || step > sent - acknowledged) return []
      acknowledged += step
      return acknowledged === blocks ? [] : nextWindow()
    },
    repeat: () => (offered ? oack() : flight(acknowledged + 1, sent)),
    state: () => {
      if (offered) return 'offered'
      if (acknowledged === blocks) return 'done'
      return sent === blocks ? 'last-sent' : 'sending'
    },
  }
}
