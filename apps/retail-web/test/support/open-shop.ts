import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import {
  ask,
  type Built,
  build,
  type Cluster,
  makeShop,
  password,
  startCluster,
  startService,
} from '../../../retail-api/test/service.ts'
import { serve } from '../../serve.ts'

/** As an administrator. Fails if it is refused. */
export type Api = <T>(method: string, path: string, body?: unknown) => Promise<T>

export type Account = { readonly organisation: string; readonly email: string; readonly password: string }

export type Shop = {
  readonly url: string
  readonly account: Account
  readonly api: Api
  /** An organisation of its own that puts the tax on top of its prices. */
  readonly wholesale: { readonly account: Account; readonly api: Api }
  /** While it is down, the server does not answer; the files are still served. */
  readonly apiDown: (down: boolean) => void
  /** While nothing answers at all, not even for the files. */
  readonly allDown: (down: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

const account: Account = { organisation: 'corner', email: 'ada@example.org', password }
const other: Account = { organisation: 'wholesale', email: 'kim@example.org', password }

/** The real back end on a throw-away PostgreSQL, two organisations in it, and the front end's files before it. */
export async function openShop(dist: string): Promise<Shop> {
  const built = await build()
  const cluster = await startCluster()
  try {
    await makeShop(cluster, built, 'till')
    await addWholesale(cluster, built)
    const service = await startService(built, cluster, 'till', {
      settings: { RETAIL_INSECURE_COOKIE: 'yes', RETAIL_DRAIN_SECONDS: '0' },
    })
    let down = false
    const files = serve(dist, () => ({
      host: '127.0.0.1',
      port: down ? 1 : Number(new URL(service.url).port),
    }))
    const listen = (port: number) =>
      new Promise<void>((resolve) => files.listen(port, '127.0.0.1', () => resolve()))
    const stop = () =>
      new Promise<void>((resolve) => {
        files.close(() => resolve())
        files.closeAllConnections()
      })
    await listen(0)
    const { port } = files.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      account,
      api: await apiOf(service.url, account),
      wholesale: { account: other, api: await apiOf(service.url, other) },
      apiDown: (wanted) => {
        down = wanted
      },
      allDown: (wanted) => (wanted ? stop() : listen(port)),
      close: async () => {
        await stop()
        await service.end('SIGKILL')
        await cluster.stop()
      },
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function addWholesale({ server }: Cluster, { service }: Built): Promise<void> {
  const organisation = {
    ...{ organisation: 'wholesale', name: 'Wholesale', currency: 'CHF' },
    ...{ taxMode: 'exclusive', taxRounding: 'per-document', cashStep: 5, email: other.email, password },
  }
  const env = {
    RETAIL_DATABASE_URL: `${server} user=retail_app dbname=till`,
    RETAIL_OWNER_DATABASE_URL: `${server} user=postgres dbname=till`,
    RETAIL_HOST: '127.0.0.1',
  }
  const adding = promisify(execFile)(service, ['add-organisation'], { env })
  adding.child.stdin?.end(JSON.stringify(organisation))
  await adding
}

async function apiOf(url: string, who: Account): Promise<Api> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(who),
  })
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return async <T>(method: string, path: string, body?: unknown) => {
    const { status, body: told } = await ask(url, cookie, method, path, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(told)}`)
    return told as T
  }
}
