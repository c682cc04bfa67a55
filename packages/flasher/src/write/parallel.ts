/**
 * Runs `work` over `items`, at most `limit` at a time; `slot` counts the running ones from 0. The first failure
 * stops what has not begun, and is thrown once all that had begun is over.
 */
export async function parallel<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, slot: number) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const failures: unknown[] = []
  const run = async (slot: number) => {
    while (failures.length === 0) {
      const { value, done } = iterator.next()
      if (done) return
      await work(value, slot).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: limit }, (_, slot) => run(slot)))
  if (failures.length > 0) throw failures[0]
}
