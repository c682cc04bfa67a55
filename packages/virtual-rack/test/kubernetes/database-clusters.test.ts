import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startCluster, type TestCluster } from './support/cluster.ts'

const standIn = new URL('../../../../examples/retail/services/cloudnative-pg/stand-in.yaml', import.meta.url)
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters.postgresql.cnpg.io'
const database = '/apis/postgresql.cnpg.io/v1/namespaces/default/clusters/db'
const secret = '/api/v1/namespaces/default/secrets/db-app'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
  await cluster.client.apply(definition, parse(await readFile(standIn, 'utf8')))
  await cluster.client.until(definition, (one) => JSON.stringify(one.status ?? {}).includes('Established'))
})
afterAll(() => cluster.close())

test('a Cluster of CloudNativePG gets what its clients need, says so, and takes it along', async () => {
  const { client } = cluster
  await client.apply(database, {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'db' },
    spec: { instances: 3, bootstrap: { initdb: { database: 'shop', owner: 'shop_owner' } } },
  })
  await client.until(database, (one) => JSON.stringify(one.status ?? {}).includes('"ClusterIsReady"'))
  expect((await client.get(database)).body.status).toMatchObject({ instances: 3, readyInstances: 3 })
  const { type, data } = (await client.get(secret)).body
  const password = atob(data.password)
  expect([type, atob(data.uri)]).toEqual([
    'kubernetes.io/basic-auth',
    `postgresql://shop_owner:${password}@db-rw.default:5432/shop`,
  ])
  expect((await client.get('/api/v1/namespaces/default/services/db-rw')).code).toBe(200)
  await client.delete(database)
  await client.until(secret, ({ kind }) => kind === 'Status')
})
