/** How far it is from one release to another, as upgrades count. */
export type ReleaseStep = 'none' | 'patch' | 'minor' | 'far' | 'back' | 'unreadable'

type Release = { major: number; minor: number }

/**
 * The step between two versions such as `v1.13.9`. Talos and Kubernetes both go from minor to minor, one at a time.
 * Within a minor every change is a patch, also one backwards.
 */
export function stepBetween(from: string, to: string): ReleaseStep {
  const [old, wanted] = [releaseOf(from), releaseOf(to)]
  if (!old || !wanted) return 'unreadable'
  if (from === to) return 'none'
  if (old.major !== wanted.major) return old.major < wanted.major ? 'far' : 'back'
  const minors = wanted.minor - old.minor
  if (minors < 0) return 'back'
  return minors === 0 ? 'patch' : minors === 1 ? 'minor' : 'far'
}

/** `1.13` of `v1.13.9`. */
export function minorOf(version: string): string | undefined {
  const release = releaseOf(version)
  return release && `${release.major}.${release.minor}`
}

/** The tag of an image reference, without its digest; undefined if it has none. */
export function tagOf(image: string): string | undefined {
  return /:(\w[\w.-]*)$/.exec(image.replace(/@.*$/, ''))?.[1]
}

/** The same image with another tag. A digest belongs to the old tag and goes with it. */
export function withTag(image: string, tag: string): string {
  return `${image.replace(/@.*$/, '').replace(/:\w[\w.-]*$/, '')}:${tag}`
}

function releaseOf(version: string): Release | undefined {
  const [, major, minor] = /^v(\d+)\.(\d+)\.\d/.exec(version) ?? []
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) }
}
