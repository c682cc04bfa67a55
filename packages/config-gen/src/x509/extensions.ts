import { isIP } from 'node:net'
import {
  bitString,
  boolean,
  type Der,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
} from './der.ts'

export type KeyUsage = 'digitalSignature' | 'keyEncipherment' | 'keyCertSign'
export type ExtendedKeyUsage = 'serverAuth' | 'clientAuth'

/** What a certificate may be used for, and how it names itself and its issuer (RFC 5280 section 4.2). */
export type Extensions = {
  readonly keyUsage: readonly KeyUsage[]
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[]
  readonly ca?: boolean
  readonly subjectKeyId?: Uint8Array | undefined
  readonly authorityKeyId?: Uint8Array | undefined
  readonly addresses?: readonly string[]
  readonly dnsNames?: readonly string[]
}

const keyUsageBit = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5 } as const
const purpose = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const

/** The extensions in the order in which Go writes them. */
export function encodeExtensions(extensions: Extensions, emptySubject: boolean): Der {
  const { ca, subjectKeyId, authorityKeyId, addresses = [], dnsNames = [] } = extensions
  const purposes = extensions.extendedKeyUsage.map((usage) => objectIdentifier(purpose[usage]))
  const parts = [
    extension('2.5.29.15', true, encodeKeyUsage(extensions.keyUsage)),
    extension('2.5.29.37', false, sequence(...purposes)),
  ]
  if (ca) parts.push(extension('2.5.29.19', true, sequence(boolean(true))))
  if (subjectKeyId) parts.push(extension('2.5.29.14', false, octetString(subjectKeyId)))
  if (authorityKeyId) parts.push(extension('2.5.29.35', false, sequence(implicit(0, authorityKeyId))))
  if (addresses.length + dnsNames.length > 0) {
    const names = [
      ...dnsNames.map((name) => implicit(2, Buffer.from(name, 'ascii'))),
      ...addresses.map((address) => implicit(7, addressBytes(address))),
    ]
    parts.push(extension('2.5.29.17', emptySubject, sequence(...names)))
  }
  return explicit(3, sequence(...parts))
}

function extension(oid: string, critical: boolean, value: Uint8Array): Der {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value))
}

function encodeKeyUsage(usages: readonly KeyUsage[]): Der {
  const bits = usages.map((usage) => keyUsageBit[usage])
  const byte = bits.reduce<number>((sum, bit) => sum | (0x80 >> bit), 0)
  return bitString(Uint8Array.of(byte), 7 - Math.max(...bits))
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  const [head = '', tail] = expandMapped(address).split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail ?? '')]
  const numbers = all.map((group) => Number.parseInt(group, 16))
  return Uint8Array.from(numbers.flatMap((group) => [group >> 8, group & 0xff]))
}

/** `::ffff:1.2.3.4` with its last four bytes as two hexadecimal groups. */
function expandMapped(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const hex = bytes.slice(0, 4).map((byte) => Number(byte).toString(16).padStart(2, '0'))
    return `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`
  })
}
