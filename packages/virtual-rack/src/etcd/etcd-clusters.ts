import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, writeJson } from '../rack/json-file.ts'
import { type EtcdCluster, type EtcdRecord, etcdCluster } from './etcd-cluster.ts'

/** All etcd clusters that were ever bootstrapped in this rack. Data of each is in `DIR/clusters/<id>/`. */
export type EtcdClusters = {
  list(): readonly EtcdCluster[]
  get(id: string): EtcdCluster | undefined
  /** Takes in a new cluster, whatever else there is: etcd does not know what its neighbours do. */
  add(record: EtcdRecord): EtcdCluster
  /** A cluster of that discovery id which takes members now: the oldest one with quorum. */
  find(discovery: string): EtcdCluster | undefined
  /** Hears of every change of a cluster until the returned function is called. */
  onChange(listener: (cluster: EtcdCluster) => void): () => void
  folder(id: string): string
  /** Waits until everything is on the disk. */
  flush(): Promise<void>
}

export async function loadEtcdClusters(dir: string): Promise<EtcdClusters> {
  const home = join(dir, 'clusters')
  const folder = (id: string) => join(home, id)
  const file = (id: string) => join(folder(id), 'etcd.json')
  const clusters = new Map<string, EtcdCluster>()
  const listeners = new Set<(cluster: EtcdCluster) => void>()
  let saved: Promise<void> = Promise.resolve()

  const save = (cluster: EtcdCluster) => {
    saved = saved.then(() => writeJson(file(cluster.id), cluster.record()))
  }
  const add = (record: EtcdRecord): EtcdCluster => {
    const cluster: EtcdCluster = etcdCluster(record, () => {
      save(cluster)
      for (const listener of listeners) listener(cluster)
    })
    clusters.set(record.id, cluster)
    return cluster
  }
  const records = await Promise.all((await foldersOf(home)).map((id) => readJson(file(id))))
  const known = records.filter((record) => record !== undefined) as EtcdRecord[]
  for (const record of known.toSorted((a, b) => a.created.localeCompare(b.created))) add(record)
  return {
    list: () => [...clusters.values()],
    get: (id) => clusters.get(id),
    add(record) {
      const cluster = add(record)
      save(cluster)
      return cluster
    },
    find: (discovery) =>
      [...clusters.values()].find((cluster) => cluster.discovery === discovery && cluster.hasQuorum()),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    folder,
    flush: () => saved,
  }
}

async function foldersOf(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
