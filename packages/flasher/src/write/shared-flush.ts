/**
 * One flush for all who wait for one: what it returns resolves after a flush that began after the call. One runs at
 * a time, so the slower a disk flushes, the more is flushed at once.
 */
export function createSharedFlush(flush: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= running.then(() => {
      next = undefined
      const flushed = flush()
      running = flushed.catch(() => undefined)
      return flushed
    })
    return next
  }
}
