import type { Clock } from '../clock.ts'
import { isObject } from '../types/object.ts'
import type { Store, StoreState } from './store.ts'

/** Where the cluster's state is kept. `load` gives what the last `save` was given, or undefined. */
export type StatePort = { load(): Promise<unknown>; save(state: unknown): Promise<void> }

const debounce = 200

/** What was saved last, or undefined where nothing usable was. */
export async function loadState(port: StatePort): Promise<StoreState | undefined> {
  const saved = await port.load()
  if (!isObject(saved) || typeof saved.revision !== 'number' || !isObject(saved.objects)) return undefined
  return saved as StoreState
}

/**
 * Saves the store some milliseconds after a change, never twice at once. A save that fails is told to `onError` and
 * made up for by the next. `close` saves what is left.
 */
export function persist(
  store: Store,
  port: StatePort,
  clock: Clock,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  let timer: { cancel(): void } | undefined
  let saved = store.revision()
  let running = Promise.resolve()
  const write = async () => {
    const state = store.export()
    if (state.revision === saved) return
    await port.save(state)
    saved = state.revision
  }
  const save = () => {
    timer = undefined
    running = running.then(write).catch(onError)
  }
  const unsubscribe = store.subscribe(() => {
    timer ??= clock.after(debounce, save)
  })
  return {
    async close() {
      unsubscribe()
      timer?.cancel()
      save()
      await running
    },
  }
}
