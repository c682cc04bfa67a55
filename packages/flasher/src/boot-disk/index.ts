export { type BootDisk, inspectBootDisk } from './inspect-boot-disk.ts'
