/** How many requests are under way at once: enough to hide latency, few enough for a control plane on Pis. */
const width = 8

/** Maps in order of the items, a few at a time. The first failure is thrown after those under way have ended. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const failures: unknown[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return
      await work(item).then(
        (result) => {
          results[index] = result
        },
        (error: unknown) => failures.push(error),
      )
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failures.length > 0) throw failures[0]
  return results
}
