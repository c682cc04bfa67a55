export function manifests({ names = ['a'] } = {}) {
  return names.map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: undefined } }))
}
