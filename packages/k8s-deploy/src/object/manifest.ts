import type { Place } from '@homerack/errors'
import type { KubeObject } from './kube-object.ts'

/** An object that should exist, and where it is written: the place of its `kind`. */
export type Manifest = { readonly object: KubeObject; readonly origin: Place }
