import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
})
afterAll(() => cluster.close())

const aggregated = {
  accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
}

test('groups are told in the aggregated form when asked for it', async () => {
  const { body, headers } = await cluster.client.get('/apis', aggregated)
  expect(headers['content-type']).toContain('as=APIGroupDiscoveryList')
  const apps = body.items.find((group: { metadata: { name: string } }) => group.metadata.name === 'apps')
  const deployments = apps.versions[0].resources.find(
    (one: { resource: string }) => one.resource === 'deployments',
  )
  expect(deployments).toMatchObject({
    responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    scope: 'Namespaced',
    shortNames: ['deploy'],
    subresources: [
      { subresource: 'status', responseKind: { kind: 'Deployment' } },
      { subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
    ],
  })
})

test('and in the old form otherwise', async () => {
  expect((await cluster.client.get('/api')).body.versions).toEqual(['v1'])
  const groups = (await cluster.client.get('/apis')).body.groups.map((group: { name: string }) => group.name)
  expect(groups).toContain('policy')
  expect((await cluster.client.get('/apis/policy')).body.preferredVersion.groupVersion).toBe('policy/v1')
  const core = (await cluster.client.get('/api/v1')).body
  expect(core.groupVersion).toBe('v1')
  expect(core.resources.find((one: { name: string }) => one.name === 'pods/eviction')).toMatchObject({
    kind: 'Eviction',
    group: 'policy',
    version: 'v1',
  })
})

test('every version in the OpenAPI index has a document that says what can be patched', async () => {
  const { body } = await cluster.client.get('/openapi/v3')
  for (const [path, { serverRelativeURL }] of Object.entries<{ serverRelativeURL: string }>(body.paths)) {
    const document = (await cluster.client.get(serverRelativeURL)).body
    expect([path, document.openapi]).toEqual([path, '3.0.0'])
  }
  const apps = (await cluster.client.get('/openapi/v3/apis/apps/v1')).body
  const { patch } = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
  expect(patch.parameters.map((one: { name: string }) => one.name)).toContain('fieldValidation')
})
