import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readRack } from '../src/index.ts'

const root = fileURLToPath(new URL('../../../examples', import.meta.url))
const racks = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('homerack.yaml'),
)

const warningsOf: Readonly<Record<string, readonly string[]>> = {
  'one-pi/homerack.yaml': ['W_SINGLE_CONTROL_PLANE'],
}

test('there are examples', () => expect(racks).toContain('three-pi/homerack.yaml'))

test.each(racks)('%s is a good rack', async (file) => {
  const { rack, warnings } = await readRack(join(root, file))
  expect(warnings.map(({ code }) => code)).toEqual(warningsOf[file] ?? [])
  const schema = /\$schema=(\S+)/.exec(readFileSync(rack.file, 'utf8'))?.[1] ?? ''
  expect(readFileSync(join(dirname(rack.file), schema), 'utf8')).toContain('"$schema"')
})

type Manifest = {
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: {
    replicas?: number
    template?: { spec: { containers: Container[]; initContainers?: Container[] } }
  }
}
type Container = { name: string; image: string; readinessProbe?: object; resources?: { requests?: object } }

const services = await Promise.all(
  racks.map(async (file) =>
    (await readRack(join(root, file))).rack.services.map((service) => ({ file, service })),
  ),
)

const written = services.flat().filter(({ service }) => statSync(service.manifests).isDirectory())

test.each(written)('$file: $service.name has sound manifests', ({ service }) => {
  const files = readdirSync(service.manifests).filter((file) => file.endsWith('.yaml'))
  const manifests = files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(service.manifests, file), 'utf8')).map((document) => {
      expect(document.errors).toEqual([])
      return document.toJS() as Manifest
    }),
  )
  expect(new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(
    manifests.length,
  )
  for (const container of manifests.flatMap(({ spec }) => [
    ...(spec?.template?.spec.containers ?? []),
    ...(spec?.template?.spec.initContainers ?? []),
  ])) {
    expect(container.image).toMatch(/:v?\d+\.\d+(\.\d+)?(-\w+)?$/)
    expect(container.resources?.requests).toBeDefined()
  }
  if (service.available === 'always') {
    expect(
      manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === service.name),
    ).toMatchObject({
      spec: { replicas: 2 },
    })
  }
})
