import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mintKubeconfig, type SecretsBundle } from '../../../src/index.ts'
import { get } from './get.ts'
import { apiServerFlags, etcdFlags } from './server-flags.ts'

export type ApiServer = { readonly url: string; readonly folder: string; stop(): Promise<void> }

const startsWithin = 120_000

/** A kube-apiserver over an etcd, on free ports of loopback; everything that they present or trust is the bundle's. */
export async function startApiServer(
  bundle: SecretsBundle,
  paths: { readonly etcd: string; readonly apiServer: string },
): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'config-gen-'))
  const log = await open(join(folder, 'log'), 'a')
  const processes: ChildProcess[] = []
  const stop = async () => {
    for (const child of processes.toReversed()) await kill(child)
    await log.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [client, peer, secure] = [await freePort(), await freePort(), await freePort()]
    const file = async (name: string, text: string) => {
      await writeFile(join(folder, name), text, { mode: 0o600 })
      return join(folder, name)
    }
    const run = (path: string, flags: Record<string, string>) => {
      const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
      processes.push(spawn(path, args, { stdio: ['ignore', log.fd, log.fd] }))
    }
    run(paths.etcd, await etcdFlags(bundle, { folder, client, peer, file }))
    run(paths.apiServer, await apiServerFlags(bundle, { folder, client, secure, file }))
    const url = `https://127.0.0.1:${secure}`
    await untilReady(bundle, url, processes, join(folder, 'log'))
    return { url, folder, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function untilReady(
  bundle: SecretsBundle,
  url: string,
  processes: readonly ChildProcess[],
  log: string,
): Promise<void> {
  const kubeconfig = mintKubeconfig(bundle, { name: 'test', server: url })
  for (const end = Date.now() + startsWithin; ; await sleep(300)) {
    const status = await get(kubeconfig, '/readyz').then(
      ({ status }) => status,
      (error: Error) => error.message,
    )
    if (status === 200) return
    if (Date.now() > end || processes.some(({ exitCode }) => exitCode !== null))
      throw new Error(`not ready (${status}): ${(await readFile(log, 'utf8')).slice(-2000)}`)
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
