import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  type Built,
  build,
  type Cluster,
  checkoutOf,
  invariants,
  isReady,
  logIn,
  makeShop,
  migrate,
  missing,
  type Service,
  source,
  startCluster,
  startService,
  stock,
} from './service.ts'

let cluster: Cluster | undefined
let next: string | undefined
const started = new Set<Service>()
let present: Built
let upgraded: Built
beforeAll(async () => {
  if (missing) return
  present = await build()
  upgraded = await buildNext()
}, 900_000)
afterAll(async () => {
  for (const service of started) await service.end('SIGKILL')
  await cluster?.stop()
  if (next) await rm(next, { recursive: true, force: true })
})

/** The next version: it adds a column in the expanding way, and writes it. */
const changes = {
  'migrations/0999-channel.sql': () =>
    "alter table sale add column channel text not null default 'till' check (channel in ('till', 'web'));\n",
  'src/Retail/Db/Sale.hs': (text: string) =>
    replaced(text, 'staff, created_at) values (?, ?,', 'staff, created_at, channel) values (?, ?,', [
      '?, ?, ?, ?, ?, ?, ?, ?, ?)"',
      `?, ?, ?, ?, ?, ?, ?, ?, ?, 'web')"`,
    ]),
} as const

function replaced(text: string, from: string, to: string, [values, more]: readonly [string, string]): string {
  const at = text.indexOf(from)
  expect(at).toBeGreaterThan(0)
  const rest = text.slice(at).replace(from, to).replace(values, more)
  return text.slice(0, at) + rest
}

async function buildNext(): Promise<Built> {
  next = await mkdtemp(join(tmpdir(), 'retail-next-'))
  await cp(source, next, { recursive: true })
  for (const [file, change] of Object.entries(changes)) {
    const path = join(next, file)
    await writeFile(path, change(await readFile(path, 'utf8').catch(() => '')))
  }
  return build({ folder: next })
}

/** What a Kubernetes Service does: sends each request to one of those that were ready when last asked. */
async function startProxy(backends: Set<Service>) {
  let ready: Service[] = []
  let turn = 0
  const probing = setInterval(async () => {
    const asked = await Promise.all([...backends].map(async (one) => ((await isReady(one)) ? [one] : [])))
    ready = asked.flat().filter((one) => backends.has(one))
  }, 50)
  const proxy = createServer((asked, answer) => {
    const backend = ready[turn++ % Math.max(1, ready.length)]
    if (!backend) return void answer.writeHead(502).end()
    const onward = request(`${backend.url}${asked.url}`, {
      method: asked.method,
      headers: asked.headers,
      agent: false,
    })
    onward.on('response', (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers)
      given.pipe(answer)
    })
    onward.on('error', () => answer.writeHead(502).end())
    asked.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    isReady: (service: Service) => ready.includes(service),
    close() {
      clearInterval(probing)
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((wait) => setTimeout(wait, 20))
}

test('an upgrade and the way back lose no request and no sale, under constant load', async (ctx) => {
  if (missing) ctx.skip(missing)
  const database = await startCluster()
  cluster = database
  await makeShop(database, present, 'upgrade')
  const backends = new Set<Service>()
  const proxy = await startProxy(backends)
  const start = async (built: Built) => {
    const service = await startService(built, database, 'upgrade')
    started.add(service)
    backends.add(service)
    await until(() => proxy.isReady(service))
    return service
  }
  const running = [await start(present), await start(present)]
  const cookie = await logIn(proxy.url)
  const { sessions, variant } = await stock(proxy.url, cookie, 4)

  const failures: unknown[] = []
  let sold = 0
  let over = false
  const load = sessions.map(async (session) => {
    while (!over) {
      const [sale, scan] = await Promise.all([
        ask(proxy.url, cookie, 'POST', '/checkouts', checkoutOf(variant, session), randomUUID()),
        ask(proxy.url, cookie, 'GET', '/barcodes/4006381333931'),
      ]).catch((error) => [{ status: 0, body: String(error) }, { status: 0 }] as const)
      if (sale.status === 200) sold++
      if (sale.status !== 200 || scan.status !== 200) failures.push(sale, scan)
    }
  })
  const more = async (count: number) => {
    const wanted = sold + count
    await until(() => sold >= wanted || failures.length > 0)
  }
  const roll = async (built: Built) => {
    for (const old of running.splice(0)) {
      running.push(await start(built))
      await more(10)
      const asked = performance.now()
      const code = await old.end('SIGTERM')
      backends.delete(old)
      started.delete(old)
      expect(code).toBe(0)
      expect(performance.now() - asked).toBeLessThan(10_000)
      await more(10)
    }
  }
  await more(10)
  await migrate(database, upgraded, 'upgrade')
  await more(10)
  await roll(upgraded)
  await roll(present)
  over = true
  await Promise.all(load)
  proxy.close()

  expect(failures).toEqual([])
  const count = (where: string) => database.sql('upgrade', `select count(*) from sale where ${where}`)
  expect(await count("state = 'completed'")).toBe(String(sold))
  for (const channel of ['till', 'web'])
    expect(Number(await count(`channel = '${channel}'`))).toBeGreaterThan(0)
  for (const [name, statement] of Object.entries(invariants))
    expect({ name, broken: await database.sql('upgrade', statement) }).toEqual({ name, broken: '' })
})
