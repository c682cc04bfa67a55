import { expect, test } from 'vitest'
import { type Cluster, formatDeployPlan } from '../src/index.ts'
import { createDeployer, faultsIn, kindsOf } from './deployer.ts'
import { configMap } from './manifests-of.ts'

/** Definitions of kinds that come, or change, together with their objects, on an API server that checks schemas. */
export function definitionScenarios(cluster: () => Cluster): void {
  const { plan, deploy, apply, live } = createDeployer(cluster)

  /** A definition of its own for each scenario; each version with the fields that its objects may have. */
  const definition = (name: string, versions: Record<string, readonly string[]>) => {
    const kind = kindOf(name)
    const plural = `${kind.toLowerCase()}s`
    const group = 'example.org'
    const schemaOf = (fields: readonly string[]) => {
      const properties = Object.fromEntries(fields.map((field) => [field, { type: 'boolean' }]))
      return { type: 'object', properties: { spec: { type: 'object', properties } } }
    }
    const [storage] = Object.keys(versions).toReversed()
    return json({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: Object.entries(versions).map(([version, fields]) => ({
          name: version,
          served: true,
          storage: version === storage,
          schema: { openAPIV3Schema: schemaOf(fields) },
        })),
      },
    })
  }
  const kindOf = (name: string) => `Lamp${name.replace('-', '')}`
  const lamp = (name: string, version: string, spec: object) =>
    json({ apiVersion: `example.org/${version}`, kind: kindOf(name), metadata: { name: 'desk' }, spec })
  const json = (object: object) => `---\n${JSON.stringify(object)}\n`
  const pathOf = (name: string, version: string) =>
    `/apis/example.org/${version}/namespaces/${name}/${kindOf(name).toLowerCase()}s/desk`

  test('a definition that gains a field, and an object that uses it, are one deploy', async () => {
    const name = 'field'
    await deploy(name, definition(name, { v1: ['lit'] }) + lamp(name, 'v1', { lit: true }))
    const text = definition(name, { v1: ['lit', 'dim'] }) + lamp(name, 'v1', { lit: true, dim: true })
    const found = await plan(name, text)
    expect(kindsOf(found)).toMatchObject({ 'Lampfield field/desk': 'change' })
    expect(formatDeployPlan(found)).toContain(
      'spec.dim: true (added)\n           tried out when the definition of its kind is applied',
    )
    await apply(found)
    expect(await live(pathOf(name, 'v1'))).toMatchObject({ spec: { lit: true, dim: true } })
    expect((await plan(name, text)).empty).toBe(true)
  })

  test('a definition that gains a version, and an object that moves to it, are one deploy', async () => {
    const name = 'version'
    await deploy(name, definition(name, { v1: ['lit'] }) + lamp(name, 'v1', { lit: true }))
    const text = definition(name, { v1: ['lit'], v2: ['lit'] }) + lamp(name, 'v2', { lit: false })
    const found = await deploy(name, text)
    expect(kindsOf(found)).toMatchObject({ 'Lampversion version/desk': 'change' })
    expect(await live(pathOf(name, 'v2'))).toMatchObject({ spec: { lit: false } })
    expect((await plan(name, text)).empty).toBe(true)
  })

  test.each([
    ['new-kind', ''],
    ['old-kind', definition('old-kind', { v1: ['lit'] }) + lamp('old-kind', 'v1', { lit: true })],
  ])('%s: an object that the definition in the same deploy does not allow stops it', async (name, before) => {
    if (before) await deploy(name, before)
    const text =
      definition(name, { v1: ['lit', 'dim'] }) +
      lamp(name, 'v1', { lit: true, dimm: true }) +
      configMap('a', { a: '2' })
    const found = await plan(name, text)
    expect(await faultsIn(apply(found))).toMatchObject([
      {
        code: 'E_OBJECT_INVALID',
        subject: `${kindOf(name)} ${name}/desk`,
        cause: expect.stringContaining('dimm'),
        place: { file: 'test.yaml', line: 4 },
      },
    ])
    expect(await faultsIn(live(`/api/v1/namespaces/${name}/configmaps/a`))).toMatchObject([
      { code: 'E_NOT_FOUND' },
    ])
  })

  test('in a namespace that is made, everything that is wrong is told before anything else is applied', async () => {
    const name = 'made'
    const wrong = (one: string) => configMap(one).replace('"data":{', '"dta":{')
    expect(await faultsIn(deploy(name, configMap('a') + wrong('b') + wrong('c')))).toMatchObject([
      { code: 'E_OBJECT_INVALID', subject: 'ConfigMap made/b', place: { line: 4 } },
      { code: 'E_OBJECT_INVALID', subject: 'ConfigMap made/c', place: { line: 6 } },
    ])
    expect(await faultsIn(live('/api/v1/namespaces/made/configmaps/a'))).toMatchObject([
      { code: 'E_NOT_FOUND' },
    ])
  })
}
