/** A queue that is read with `for await`. It has one reader. */
export type EventQueue<T> = {
  readonly events: AsyncIterable<T>
  push(event: T): void
  /** Ends the iteration once everything pushed has been read. */
  close(): void
}

/**
 * Events from callbacks to an async iterable. Nobody has to read: beyond `most` waiting events the oldest one
 * that `mayDrop` is dropped, or the oldest of all.
 */
export function createEventQueue<T>(mayDrop: (event: T) => boolean, most = 10_000): EventQueue<T> {
  const waiting: T[] = []
  let wake = Promise.withResolvers<void>()
  let closed = false

  async function* read(): AsyncGenerator<T, void> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as T
      if (closed) return
      await wake.promise
      wake = Promise.withResolvers()
    }
  }
  return {
    events: { [Symbol.asyncIterator]: read },
    push: (event) => {
      if (closed) return
      if (waiting.length >= most) waiting.splice(Math.max(0, waiting.findIndex(mayDrop)), 1)
      waiting.push(event)
      wake.resolve()
    },
    close: () => {
      closed = true
      wake.resolve()
    },
  }
}
