/** Bytes of the disk that are written last: while they carry the marker, the disk cannot boot. */
export const HEAD_BYTES = 1024 * 1024

/** Most raw bytes in one range of an image, and so in one zstd frame. */
export const RANGE_BYTES = 2 * 1024 * 1024

/** Ranges start at multiples of this. O_DIRECT needs it on every disk homerack writes. */
export const BLOCK_BYTES = 4096
