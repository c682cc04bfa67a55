export { classifyDisk } from './classify-disk.ts'
export { type DiskSeen, findDisks } from './find-disks.ts'
export { type Device, openDevice } from './open-device.ts'
