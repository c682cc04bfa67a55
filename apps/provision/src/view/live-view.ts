import { formatFault } from '@homerack/errors'
import { createLogUpdate } from 'log-update'
import type { EventReader } from '../events/event-stream.ts'
import { createRackPicture } from './rack-picture.ts'

export type LiveView = {
  readonly read: EventReader
  /** Takes the picture off the screen so that something else can be written. */
  clear(): void
  /** Leaves the last picture on the screen. */
  done(): void
}

/** The rack as it happens: redrawn in place, at most ten times a second. */
export function liveView(stream: NodeJS.WriteStream, elapsed: () => number): LiveView {
  const picture = createRackPicture()
  const screen = createLogUpdate(stream)
  const draw = () => screen(picture.draw(elapsed(), Math.min(stream.columns ?? 80, 100)))
  let timer: NodeJS.Timeout | undefined = setInterval(draw, 100)
  timer.unref()
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    read: (event) => {
      picture.read(event)
      if (event.type === 'fault') {
        screen.clear()
        stream.write(`${formatFault(event.fault)}\n`)
      }
    },
    clear: () => screen.clear(),
    done: () => {
      stop()
      draw()
      screen.done()
    },
  }
}
