export { type FramedImage, type FrameImageOptions, frameImage } from './frame-image.ts'
export { openFramed } from './open-framed.ts'
export { readFrame } from './read-frame.ts'
export { makeStandInImage, type StandInOptions } from './stand-in/make-stand-in-image.ts'
