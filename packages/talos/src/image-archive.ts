/** How a node reads an archive of images, for those who play one. */
export { type ArchivedImage, readImageArchive } from './image-archive/read-image-archive.ts'
