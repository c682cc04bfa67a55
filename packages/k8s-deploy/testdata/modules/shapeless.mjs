export const manifests = async () => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, { kind: 'Secret', metadata: {} }, 5]
