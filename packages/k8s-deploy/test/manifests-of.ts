import { FaultError } from '@homerack/errors'
import { type Manifest, parseManifests } from '../src/index.ts'

/** The manifests of a text, as if it were the file `test.yaml`. */
export function manifestsOf(text: string): Manifest[] {
  const { manifests, faults } = parseManifests(text, 'test.yaml')
  if (faults.length > 0) throw new FaultError(faults)
  return manifests
}

export const configMap = (name: string, data: object = { a: '1' }) =>
  `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })}\n`

export const deployment = (
  name: string,
  {
    image = 'web:1',
    replicas = 1,
    ...template
  }: { image?: string; replicas?: number } & Record<string, unknown> = {},
) =>
  `---\n${JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...template },
        spec: { containers: [{ name: 'web', image }] },
      },
    },
  })}\n`
