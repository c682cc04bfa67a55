export { ADV_BYTES, type Meta, metaTags, readMeta, writeMeta } from './meta.ts'
