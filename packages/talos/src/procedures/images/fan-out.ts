/** How far the fastest reader may be ahead of the slowest, in pieces of the source. */
const windowPieces = 8

export type FanReader = {
  readonly pieces: AsyncGenerator<Uint8Array, void>
  /** For a reader that will take no more, also one that never began: it holds nobody up. */
  readonly leave: () => void
}

type Place = { at: number; gone: boolean }

/**
 * One source for many readers, read once: a piece is kept until every reader has taken it, and no more than eight
 * are kept. A reader that does not come for its next piece within `stallMs` is given up: `onStall` tells, and the
 * others go on.
 */
export function fanOut(
  source: AsyncIterable<Uint8Array>,
  count: number,
  { stallMs, onStall }: { stallMs: number; onStall: (reader: number) => void },
): FanReader[] {
  const input = source[Symbol.asyncIterator]()
  const places = Array.from({ length: count }, (): Place => ({ at: 0, gone: false }))
  const kept: Uint8Array[] = []
  let first = 0
  let state: { kind: 'open' | 'ended' } | { kind: 'failed'; error: unknown } = { kind: 'open' }
  let pulling: Promise<void> | undefined
  let moved = Promise.withResolvers<void>()

  /** Forgets what all have taken, and wakes those who wait. */
  const advance = () => {
    const waiting = places.filter(({ gone }) => !gone)
    const slowest = Math.min(...waiting.map(({ at }) => at), first + kept.length)
    kept.splice(0, slowest - first)
    first = slowest
    moved.resolve()
    moved = Promise.withResolvers<void>()
  }

  const pull = async () => {
    try {
      const { value, done } = await input.next()
      if (done) state = { kind: 'ended' }
      else kept.push(value)
    } catch (error) {
      state = { kind: 'failed', error }
    }
    pulling = undefined
    advance()
  }

  const nextPiece = () => {
    pulling ??= pull()
    return pulling
  }

  const leave = (place: Place) => {
    if (place.gone) return
    place.gone = true
    advance()
    if (places.every(({ gone }) => gone)) void input.return?.()
  }

  async function* read(place: Place, index: number): AsyncGenerator<Uint8Array, void> {
    while (!place.gone) {
      const piece = kept[place.at - first]
      if (piece) {
        place.at++
        advance()
        const cancel = afterTwoHalves(stallMs, () => {
          leave(place)
          onStall(index)
        })
        try {
          yield piece
        } finally {
          cancel()
        }
      } else if (state.kind === 'failed') throw state.error
      else if (state.kind === 'ended') return
      else await (kept.length < windowPieces ? nextPiece() : moved.promise)
    }
  }

  return places.map((place, index) => ({ pieces: read(place, index), leave: () => leave(place) }))
}

/** In two halves, so that a process that was suspended or busy does not take its own absence for that of another. */
function afterTwoHalves(ms: number, act: () => void): () => void {
  let timer = setTimeout(() => {
    timer = setTimeout(act, ms / 2)
  }, ms / 2)
  return () => clearTimeout(timer)
}
