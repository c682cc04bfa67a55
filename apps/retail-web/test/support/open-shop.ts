import type { AddressInfo } from 'node:net'
import {
  ask,
  build,
  logIn,
  makeShop,
  password,
  startCluster,
  startService,
} from '../../../retail-api/test/service.ts'
import { serve } from '../../serve.ts'

export type Shop = {
  readonly url: string
  readonly organisation: string
  readonly email: string
  readonly password: string
  /** As the administrator. Fails if it is refused. */
  readonly api: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** While it is down, the server does not answer; the files are still served. */
  readonly apiDown: (down: boolean) => void
  readonly close: () => Promise<void>
}

/** The real back end on a throw-away PostgreSQL, one shop in it, and the front end's files before it. */
export async function openShop(dist: string): Promise<Shop> {
  const built = await build()
  const cluster = await startCluster()
  try {
    await makeShop(cluster, built, 'till')
    const service = await startService(built, cluster, 'till', {
      settings: { RETAIL_INSECURE_COOKIE: 'yes', RETAIL_DRAIN_SECONDS: '0' },
    })
    const cookie = await logIn(service.url)
    let down = false
    const files = serve(dist, () => ({
      host: '127.0.0.1',
      port: down ? 1 : Number(new URL(service.url).port),
    }))
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    return {
      url: `http://127.0.0.1:${(files.address() as AddressInfo).port}`,
      organisation: 'corner',
      email: 'ada@example.org',
      password,
      api: async <T>(method: string, path: string, body?: unknown) => {
        const { status, body: answer } = await ask(service.url, cookie, method, path, body)
        if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`)
        return answer as T
      },
      apiDown: (wanted) => {
        down = wanted
      },
      close: async () => {
        files.closeAllConnections()
        files.close()
        await service.end('SIGKILL')
        await cluster.stop()
      },
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}
