import type { Clock } from '../clock.ts'
import type { Registry } from '../registry/registry.ts'
import type { EtcdState } from '../storage/etcd-state.ts'
import type { Store } from '../storage/store.ts'
import type { Catalogue } from '../types/catalogue.ts'

/** What the handlers of the API server share. */
export type Context = {
  readonly store: Store
  readonly registry: Registry
  readonly catalogue: Catalogue
  readonly clock: Clock
  version(): string
  etcd(): EtcdState
}
