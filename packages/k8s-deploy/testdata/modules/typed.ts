import type { KubeObject } from '../../src/index.ts'

export function manifests(input: unknown): KubeObject[] {
  const { names = ['a'] } = (input ?? {}) as { names?: string[] }
  return names.map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }))
}
