import { type Check, entriesOf } from './check.ts'
import { serviceDrafts } from './service-drafts.ts'

/** Services that wait for each other in a ring would wait for ever. Each ring is reported once. */
export const serviceCycle: Check = function* (view) {
  const services = serviceDrafts(view)
  const after = new Map(
    services.map(({ name, after }) => [name ?? '', entriesOf(after).map(([, other]) => other)]),
  )
  const reported = new Set<string>()
  for (const { name, at } of services) {
    if (name === undefined || reported.has(name)) continue
    const ring = ringFrom(name, after)
    if (!ring) continue
    for (const member of ring) reported.add(member)
    const cause = `waits for itself: ${[...ring, name].join(' after ')}`
    yield { code: 'E_SERVICE_CYCLE', at: [...at, 'after'], cause }
  }
}

/** The shortest way from `start` along `after` back to `start`. */
function ringFrom(
  start: string,
  after: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const seen = new Set<string>()
  const ways: (readonly string[])[] = [[start]]
  for (const way of ways) {
    for (const next of after.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return way
      if (!seen.has(next)) ways.push([...way, next])
      seen.add(next)
    }
  }
  return undefined
}
