export type { DirectoryEntry } from './directory-entry.ts'
export { type Fat, openFat } from './read-fat.ts'
export { type FatVolume, writeFat } from './write-fat.ts'
