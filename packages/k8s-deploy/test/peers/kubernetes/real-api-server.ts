import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, connectCluster } from '../../../src/index.ts'
import { type Authority, createAuthority, kubeconfigFor, type Pair } from '../../certificates.ts'

export type RealApiServer = {
  readonly cluster: Cluster
  /** Of an administrator. */
  readonly kubeconfig: string
  readonly authority: Authority
  /** A kubeconfig of the same cluster with other credentials. */
  kubeconfigOf(credentials: Pair | { readonly token: string }): string
  /** Signs the tokens of service accounts. */
  readonly tokenKey: string
  /** Kills the API server, and starts it again when `down` has ended. */
  restart(down?: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

const host = '127.0.0.1'
const startsWithin = 90_000

/** etcd and kube-apiserver on free ports of loopback, without controllers, and a connection to them. */
export async function startRealApiServer(paths: { etcd: string; apiServer: string }): Promise<RealApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kube-apiserver-'))
  const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()])
  const authority = await createAuthority()
  const serving = await authority.issue('CN=kube-apiserver', { addresses: [host] })
  const admin = await authority.issue('CN=admin,O=system:masters')
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
  const [clientUrl, peerUrl] = [`http://${host}:${client}`, `http://${host}:${peer}`]
  const etcd = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': clientUrl,
    'advertise-client-urls': clientUrl,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'unsafe-no-fsync': 'true',
  }
  const key = await file('serving.key', serving.key)
  const crt = await file('serving.crt', serving.crt)
  const apiServer = {
    'etcd-servers': clientUrl,
    'bind-address': host,
    'secure-port': String(secure),
    'tls-cert-file': crt,
    'tls-private-key-file': key,
    'client-ca-file': await file('ca.crt', authority.crt),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': crt,
    'service-account-signing-key-file': key,
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'RBAC',
    'cert-dir': folder,
    // What these ask for comes from controllers, of which there are none.
    'disable-admission-plugins': 'ServiceAccount,StorageObjectInUseProtection',
  }
  processes.push(run(paths.etcd, etcd, log.fd), run(paths.apiServer, apiServer, log.fd))
  try {
    const kubeconfigOf: RealApiServer['kubeconfigOf'] = (credentials) =>
      kubeconfigFor(`https://${host}:${secure}`, authority.crt, credentials)
    const kubeconfig = kubeconfigOf(admin)
    const cluster = await whenReady(kubeconfig, processes, join(folder, 'log'))
    return {
      cluster,
      kubeconfig,
      authority,
      kubeconfigOf,
      tokenKey: serving.key,
      async restart(down = async () => {}) {
        await stop(processes.pop())
        await down()
        processes.push(run(paths.apiServer, apiServer, log.fd))
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

function run(path: string, flags: Record<string, string>, log: number): ChildProcess {
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  return spawn(path, args, { stdio: ['ignore', 'ignore', log] })
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
