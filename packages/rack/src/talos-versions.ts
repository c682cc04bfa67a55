/** What homerack knows about one Talos minor version. */
export type TalosVersion = {
  /** `1.13` */
  readonly minor: string
  /** The newest patch release that was looked at. */
  readonly newest: string
  /** The Kubernetes version that this Talos installs unless told otherwise. */
  readonly defaultKubernetes: string
  /** The Kubernetes minors it accepts, oldest first. */
  readonly kubernetes: readonly [string, ...string[]]
  readonly source: string
}

/**
 * The Talos versions that homerack supports. To support another one, add a row here, then its contract and its
 * golden configs in config-gen.
 */
export const talosVersions: readonly TalosVersion[] = [
  {
    minor: '1.13',
    newest: 'v1.13.9',
    defaultKubernetes: 'v1.36.3',
    kubernetes: ['1.31', '1.32', '1.33', '1.34', '1.35', '1.36'],
    source: 'Talos v1.13.9 source: compatibility table and default version',
  },
  {
    minor: '1.14',
    newest: 'v1.14.1',
    defaultKubernetes: 'v1.37.0',
    kubernetes: ['1.32', '1.33', '1.34', '1.35', '1.36', '1.37'],
    source: 'Talos v1.14.1 source: compatibility table and default version',
  },
]

/** `1.13` of `v1.13.9`. */
export function minorOf(version: string): string {
  return /^v(\d+\.\d+)/.exec(version)?.[1] ?? ''
}

/** The row for a version such as `v1.13.9`, or undefined if homerack does not know its minor. */
export function talosVersion(version: string): TalosVersion | undefined {
  return talosVersions.find(({ minor }) => minor === minorOf(version))
}
