import type { Clock } from '../clock.ts'
import { StatusError } from '../registry/status-error.ts'
import type { Store, StoreEvent } from '../storage/store.ts'

export type Controller = {
  readonly name: string
  /** The work keys that a change touches. */
  affected(event: StoreEvent): readonly string[]
  /** Brings one key closer to what it should be. Gives the milliseconds after which to look again, if any. */
  reconcile(key: string): number | undefined
}

export type ControllerFault = { controller: string; key: string; message: string }

const backoff = { first: 20, last: 10_000 }

/**
 * Runs controllers over the changes of a store: every touched key once, and again after a refusal with growing
 * pauses. While `may` says no, keys wait.
 */
export function runControllers(
  store: Store,
  clock: Clock,
  controllers: readonly Controller[],
  may: () => boolean,
  onFault: (fault: ControllerFault) => void,
) {
  const due = new Map<string, { controller: Controller; key: string }>()
  const timers = new Map<string, { at: number; cancel(): void }>()
  const failures = new Map<string, number>()
  let draining: NodeJS.Immediate | undefined
  let closed = false

  const wake = () => {
    if (!closed && !draining && due.size > 0 && may()) draining = setImmediate(drain)
  }
  const add = (controller: Controller, key: string) => {
    due.set(`${controller.name} ${key}`, { controller, key })
    wake()
  }
  const addLater = (controller: Controller, key: string, milliseconds: number) => {
    const id = `${controller.name} ${key}`
    const at = clock.now().getTime() + milliseconds
    const planned = timers.get(id)
    if (planned && planned.at <= at) return
    planned?.cancel()
    const timer = clock.after(milliseconds, () => {
      timers.delete(id)
      add(controller, key)
    })
    timers.set(id, { at, cancel: timer.cancel })
  }
  const run = (id: string, controller: Controller, key: string) => {
    try {
      const again = controller.reconcile(key)
      failures.delete(id)
      if (again !== undefined) addLater(controller, key, again)
    } catch (error) {
      const count = failures.get(id) ?? 0
      failures.set(id, count + 1)
      addLater(controller, key, Math.min(backoff.last, backoff.first * 2 ** count))
      if (!(error instanceof StatusError))
        onFault({ controller: controller.name, key, message: String(error) })
    }
  }
  const drain = () => {
    draining = undefined
    const batch = [...due]
    due.clear()
    for (const [id, { controller, key }] of batch) {
      if (closed) return
      if (may()) run(id, controller, key)
      else due.set(id, { controller, key })
    }
    wake()
  }
  const route = (event: StoreEvent) => {
    for (const controller of controllers) for (const key of controller.affected(event)) add(controller, key)
  }
  const unsubscribe = store.subscribe(route)
  for (const [key, objects] of Object.entries(store.export().objects)) {
    for (const object of objects) route({ revision: 0, type: 'ADDED', key, object })
  }
  return {
    wake,
    close() {
      closed = true
      unsubscribe()
      if (draining) clearImmediate(draining)
      for (const timer of timers.values()) timer.cancel()
    },
  }
}
