export const manifests = () => ({ kind: 'ConfigMap' })
