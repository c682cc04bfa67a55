export { openReadable, type Readable, readableBytes, readableFile, slice } from './readable.ts'
