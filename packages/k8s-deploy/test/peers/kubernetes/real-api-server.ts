import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, connectCluster } from '../../../src/index.ts'
import { at, listAt } from '../../../src/object/kube-object.ts'
import type { Pair } from '../../certificates.ts'
import { apiServerFlags, type Controllers, controllerFlags, etcdFlags, type Flags, host } from './flags.ts'
import { createPki, type Who } from './pki.ts'

export type RealApiServer = {
  readonly cluster: Cluster
  /** Of an administrator. */
  readonly kubeconfig: string
  /** The certificate of its authority. */
  readonly ca: string
  /** A server certificate of that authority. */
  serving(address: string): Pair
  /** A kubeconfig of the same cluster with other credentials. */
  kubeconfigOf(who: Who): string
  /** Signs the tokens of service accounts. */
  readonly tokenKey: string
  /** Kills the API server, and starts it again when `down` has ended. */
  restart(down?: () => Promise<void>): Promise<void>
  /** Milliseconds of CPU that the API server has used. */
  cpu(): Promise<number>
  close(): Promise<void>
}

const startsWithin = 90_000

/** The programs that are started. */
export type Paths = { readonly etcd: string; readonly apiServer: string; readonly controllers?: Controllers }

/** etcd and kube-apiserver on free ports of loopback, with controllers if they are named, and a connection to them. */
export async function startRealApiServer(paths: Paths): Promise<RealApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kube-apiserver-'))
  const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()])
  const pki = await createPki()
  const serving = pki.serving(host)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const processes: ChildProcess[] = []
  const log = await open(join(folder, 'log'), 'a')
  const close = async () => {
    for (const child of processes.toReversed()) await stop(child)
    await log.close()
    await rm(folder, { recursive: true })
  }
  const ca = await file('ca.crt', pki.ca)
  const tokenKey = await file('token.key', pki.tokenKey)
  const etcd = etcdFlags(join(folder, 'etcd'), { client, peer })
  const apiServer = apiServerFlags({
    ...{ folder, etcd: client, port: secure, ca, tokenKey, hasControllers: paths.controllers !== undefined },
    crt: await file('serving.crt', serving.crt),
    key: await file('serving.key', serving.key),
  })
  let serverProcess = run(paths.apiServer, apiServer, log.fd)
  processes.push(run(paths.etcd, etcd, log.fd), serverProcess)
  try {
    const server = `https://${host}:${secure}`
    const kubeconfig = pki.kubeconfig(server)
    const cluster = await whenReady(kubeconfig, processes, join(folder, 'log'))
    if (paths.controllers) {
      const played = (await readFile(join(kwokData, 'stages.yaml'), 'utf8')).replaceAll('FOLDER', kwokData)
      const files = {
        kubeconfig: await file('kubeconfig', kubeconfig),
        stages: await file('stages.yaml', played),
        ...{ ca, tokenKey, kubelet: String(await freePort()) },
      }
      for (const [path, flags] of controllerFlags(paths.controllers, files))
        processes.push(run(path, flags, log.fd))
      for (const name of ['node-1', 'node-2']) await addNode(cluster, name)
      await whenTaintless(cluster)
    }
    return {
      cluster,
      kubeconfig,
      ca: pki.ca,
      serving: pki.serving,
      kubeconfigOf: (who) => pki.kubeconfig(server, who),
      tokenKey: pki.tokenKey,
      cpu: () => cpuOf(serverProcess),
      async restart(down = async () => {}) {
        await stop(serverProcess)
        await down()
        serverProcess = run(paths.apiServer, apiServer, log.fd)
        processes.push(serverProcess)
        const again = await whenReady(kubeconfig, processes, join(folder, 'log'))
        again.close()
      },
      async close() {
        cluster.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

const kwokData = join(import.meta.dirname, '../../../testdata/kwok')

async function addNode(cluster: Cluster, name: string): Promise<void> {
  const labels = { hostname: name, os: 'linux', arch: 'arm64' }
  const named = Object.entries(labels).map(([label, value]) => [`kubernetes.io/${label}`, value])
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: Object.fromEntries(named) } }
  await cluster.request('POST', '/api/v1/nodes', { body })
}

/** Waits until controllers have seen that the nodes are ready, and let pods go there. */
async function whenTaintless(cluster: Cluster): Promise<void> {
  for (const end = Date.now() + startsWithin; ; await sleep(100)) {
    const nodes = listAt(await cluster.request('GET', '/api/v1/nodes'), 'items')
    if (nodes.every((node) => at(node, 'spec', 'taints') === undefined && at(node, 'status', 'capacity')))
      return
    if (Date.now() > end) throw new Error(`the nodes do not become ready: ${JSON.stringify(nodes)}`)
  }
}

async function whenReady(
  kubeconfig: string,
  processes: readonly ChildProcess[],
  log: string,
): Promise<Cluster> {
  for (const end = Date.now() + startsWithin; ; await sleep(300)) {
    const ended = processes.find((child) => child.exitCode !== null)
    if (ended) throw new Error(`${ended.spawnfile} ended: ${(await readFile(log, 'utf8')).slice(-2000)}`)
    try {
      const cluster = await connectCluster({ kubeconfig })
      await cluster.request('GET', '/api/v1/namespaces/default')
      return cluster
    } catch (error) {
      if (Date.now() > end) throw error
    }
  }
}

function run(path: string, flags: Flags, log: number): ChildProcess {
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  return spawn(path, args, { stdio: ['ignore', 'ignore', log] })
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** User and system time, in the kernel's ticks of 10 ms (proc(5)). */
async function cpuOf({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
