/** DER encoding (X.690): just the types that a certificate is made of. */

export type Der = Uint8Array<ArrayBuffer>

function tlv(tag: number, ...contents: readonly Uint8Array[]): Der {
  const body = Buffer.concat(contents)
  return Buffer.concat([Uint8Array.of(tag), encodedLength(body.length), body])
}

function encodedLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(0x80 | bytes.length, ...bytes)
}

export function sequence(...items: readonly Uint8Array[]): Der {
  return tlv(0x30, ...items)
}

/** SET OF: DER wants the members in ascending byte order (X.690 section 11.6). */
export function setOf(...items: readonly Uint8Array[]): Der {
  return tlv(0x31, ...items.toSorted(Buffer.compare))
}

/** A non-negative integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Der {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const digits = bytes.subarray(start)
  const sign = (digits[0] ?? 0) >= 0x80 || digits.length === 0 ? [Uint8Array.of(0)] : []
  return tlv(0x02, ...sign, digits)
}

export function boolean(value: boolean): Der {
  return tlv(0x01, Uint8Array.of(value ? 0xff : 0))
}

export function octetString(bytes: Uint8Array): Der {
  return tlv(0x04, bytes)
}

/** A bit string; `unused` counts the bits of the last byte that do not belong to it. */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return tlv(0x03, Uint8Array.of(unused), bytes)
}

export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}

/** PrintableString where the characters allow it, UTF8String otherwise, as Go's encoder chooses. */
export function text(value: string): Der {
  return tlv(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c, Buffer.from(value))
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5); whole seconds. */
export function time(date: Date): Der {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, '')}Z`
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2)))
    : tlv(0x18, Buffer.from(digits))
}

/** A constructed context-specific tag, `[number] EXPLICIT`. */
export function explicit(number: number, ...items: readonly Uint8Array[]): Der {
  return tlv(0xa0 | number, ...items)
}

/** A primitive context-specific tag, `[number] IMPLICIT` over bytes. */
export function implicit(number: number, bytes: Uint8Array): Der {
  return tlv(0x80 | number, bytes)
}
