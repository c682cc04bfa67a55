import { type EncodedMessage, fieldHead } from '../connection/upload.ts'

const bytesField = 2

/** Far below the 32 MiB that a message may have, and large enough that its frame costs nothing. */
const chunkBytes = 1024 * 1024

/** The same bytes in pieces of at most a mebibyte. Reads on only when the last piece was taken. */
export async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += chunkBytes) yield piece.subarray(at, at + chunkBytes)
  }
}

/** A `common.Data` with these bytes. */
export function encodedData(bytes: Uint8Array): EncodedMessage {
  return [fieldHead(bytesField, bytes.length), bytes]
}
