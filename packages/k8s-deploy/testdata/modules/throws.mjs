export function manifests() {
  throw new Error('no rack')
}
