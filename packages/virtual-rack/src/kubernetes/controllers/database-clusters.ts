import { randomBytes } from 'node:crypto'
import { at, type KubeObject, objectsAt } from '../types/object.ts'
import type { Condition } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import { withCondition } from './conditions.ts'
import type { Controller } from './controller.ts'

const key = 'clusters.postgresql.cnpg.io'
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'ClusterIsReady',
  message: 'Cluster is Ready',
} as const

/**
 * Plays the operator of CloudNativePG 1.30, whether that is deployed or not: a Cluster gets the Secret of its database's
 * owner and its Services, and says that it is ready. There is no database.
 */
export function databaseClusters(cluster: Cluster): Controller {
  return {
    name: 'database-clusters',
    affected: ({ key: changed, object }) => (changed === key ? [workKey(object.metadata)] : []),
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const database = cluster.get(key, namespace, name)
      if (!database || database.metadata.deletionTimestamp) return undefined
      const since = Date.parse(database.metadata.creationTimestamp ?? cluster.now())
      const left = since + cluster.pace(2000) - cluster.clock.now().getTime()
      if (left > 0) return left
      makeSecret(cluster, database)
      for (const role of ['rw', 'ro', 'r']) makeService(cluster, database, role)
      const instances = at(database, 'spec', 'instances')
      const before = objectsAt(database, 'status', 'conditions') as Condition[]
      cluster.setStatus(key, database, {
        instances,
        readyInstances: instances,
        phase: 'Cluster in healthy state',
        conditions: withCondition(before, ready, cluster.now()),
      })
      return undefined
    },
  }
}

/** `NAME-app`: as whom the owner of the database connects. */
function makeSecret(cluster: Cluster, database: KubeObject) {
  const { namespace, name } = database.metadata
  if (cluster.get('secrets', namespace, `${name}-app`)) return
  const initdb = at(database, 'spec', 'bootstrap', 'initdb')
  const dbname = String(at(initdb, 'database') ?? 'app')
  const username = String(at(initdb, 'owner') ?? dbname)
  const password = randomBytes(16).toString('hex')
  const host = `${name}-rw`
  const uri = `postgresql://${username}:${password}@${host}.${namespace}:5432/${dbname}`
  const texts = Object.entries({ username, password, dbname, host, port: '5432', uri })
  const data = Object.fromEntries(texts.map(([field, text]) => [field, Buffer.from(text).toString('base64')]))
  cluster.create('secrets', owned(database, 'app'), { type: 'kubernetes.io/basic-auth', data })
}

function makeService(cluster: Cluster, database: KubeObject, role: string) {
  const { namespace, name } = database.metadata
  if (cluster.get('services', namespace, `${name}-${role}`)) return
  const spec = { selector: { 'cnpg.io/cluster': name }, ports: [{ name: 'postgres', port: 5432 }] }
  cluster.create('services', owned(database, role), { spec })
}

/** The metadata of something that goes when its Cluster goes. */
function owned({ apiVersion, kind, metadata }: KubeObject, suffix: string) {
  const { name, namespace, uid = '' } = metadata
  const owner = { apiVersion, kind, name, uid, controller: true }
  return { name: `${name}-${suffix}`, ...(namespace && { namespace }), ownerReferences: [owner] }
}
