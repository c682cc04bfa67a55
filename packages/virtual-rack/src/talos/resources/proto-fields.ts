/** A field's number and value: text, a message's bytes, or a small whole number. */
export type ProtoField = readonly [number: number, value: string | Uint8Array | number]

/** A protobuf message from its fields, for the few that have no generated code. Numbers stay below 128. */
export function protoFields(fields: readonly ProtoField[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.from([number << 3, value])
      const bytes = Buffer.from(value)
      return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])
    }),
  )
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
