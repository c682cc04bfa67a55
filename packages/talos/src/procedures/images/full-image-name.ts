/**
 * The name under which a node lists an image that pods call `name`: `retail:1` is `docker.io/library/retail:1`.
 * Kubernetes looks images up by it, and containerd gives it to the tags of a docker archive (2.3.5,
 * `core/images/archive/reference.go`).
 */
export function fullImageName(name: string): string {
  const [tagged = '', digest] = name.split('@')
  const cut = tagged.indexOf('/')
  const host = tagged.slice(0, Math.max(cut, 0))
  const hasHost = host === 'localhost' || /[.:A-Z]/.test(host)
  const registry = !hasHost || host === 'index.docker.io' ? 'docker.io' : host
  const rest = hasHost ? tagged.slice(cut + 1) : tagged
  const path = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  if (digest) return `${registry}/${path.replace(/:[^/]*$/, '')}@${digest}`
  return `${registry}/${path}${/:[^/]*$/.test(path) ? '' : ':latest'}`
}
