import { StatusError } from '../registry/status-error.ts'
import type { Store } from './store.ts'

/** etcd as an API server finds it. `down`: without quorum, it answers nothing. `full`: nothing may be put into it. */
export type EtcdState = 'up' | 'full' | 'down'

/** A store that takes nothing while etcd is full. Reading and deleting go on, as etcd's NOSPACE alarm lets them. */
export function withinSpace(store: Store, etcd: () => EtcdState): Store {
  return {
    ...store,
    put(key, object) {
      if (etcd() === 'full') throw new StatusError(500, '', 'etcdserver: mvcc: database space exceeded')
      return store.put(key, object)
    },
  }
}
