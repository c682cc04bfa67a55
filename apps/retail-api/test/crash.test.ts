import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  type Built,
  build,
  type Cluster,
  checkoutOf,
  freePort,
  invariants,
  logIn,
  makeShop,
  missing,
  type Service,
  startCluster,
  startService,
  stock,
} from './service.ts'

const checkouts = process.env.HOMERACK_LONG ? 500 : 80
const kills = checkouts / 20
let cluster: Cluster | undefined
let service: Service | undefined
let built: Built
beforeAll(async () => {
  if (!missing) built = await build()
}, 900_000)
afterAll(async () => {
  await service?.end('SIGKILL')
  await cluster?.stop()
})

test(`${checkouts} checkouts survive SIGKILL of the service and of PostgreSQL`, async (ctx) => {
  if (missing) ctx.skip(missing)
  const database = await startCluster({ durable: true })
  cluster = database
  await makeShop(database, built, 'crash')
  const ports = [await freePort(), await freePort()] as const
  const start = () => startService(built, database, 'crash', { ports })
  let running = await start()
  service = running
  const { url } = running
  const cookie = await logIn(url)
  const { sessions, variant } = await stock(url, cookie, 4)

  let begun = 0
  let done = 0
  let tries = 0
  const sell = async (session: string) => {
    const key = randomUUID()
    const body = checkoutOf(variant, session)
    for (;;) {
      tries++
      const answer = await ask(url, cookie, 'POST', '/checkouts', body, key).catch(() => undefined)
      if (answer?.status === 200) break
      if (answer && answer.status !== 503) throw new Error(JSON.stringify(answer))
      await new Promise((wait) => setTimeout(wait, 20))
    }
    done++
  }
  const till = async (session: string) => {
    while (begun++ < checkouts) await sell(session)
  }
  const killer = async () => {
    for (let kill = 0; kill < kills; kill++) {
      while (done < ((kill + 0.5) * checkouts) / kills) await new Promise((wait) => setTimeout(wait, 2))
      if (kill % 2 === 0) {
        await running.end('SIGKILL')
        running = await start()
        service = running
      } else {
        await database.kill()
        await database.start()
      }
    }
  }
  // Two counters at each till, so that they wait for the same receipt numbers.
  await Promise.all([...sessions, ...sessions].map(till).concat(killer()))
  expect(await running.end('SIGTERM')).toBe(0)

  expect(await database.sql('crash', "select count(*) from sale where state = 'completed'")).toBe(
    String(checkouts),
  )
  for (const [name, statement] of Object.entries(invariants))
    expect({ name, broken: await database.sql('crash', statement) }).toEqual({ name, broken: '' })
  expect(tries).toBeGreaterThan(checkouts)
}, 600_000)
