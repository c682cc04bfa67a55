import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  type Built,
  build,
  type Cluster,
  logIn,
  makeShop,
  missing,
  type Service,
  startCluster,
  startService,
} from './service.ts'

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

/** Sends the text at once and then a byte of `rest` per second; gives how much of it went out before the end. */
async function drip(port: number, text: string, rest: string): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined).resume()
  await once(socket, 'connect')
  socket.write(text)
  let sent = 0
  const dripping = setInterval(() => socket.write(rest[sent++] ?? ''), 1000)
  await once(socket, 'close')
  clearInterval(dripping)
  return sent
}

test('a client that sends a byte per second is cut off, and others are served meanwhile', async (ctx) => {
  if (missing) ctx.skip(missing)
  cluster = await startCluster()
  await makeShop(cluster, built, 'slow')
  const running = await startService(built, cluster, 'slow', { settings: { RETAIL_PATIENCE_SECONDS: '2' } })
  service = running
  const cookie = await logIn(running.url)
  const port = Number(new URL(running.url).port)
  const endless = 'x'.repeat(600)
  const post = `POST /carts/price HTTP/1.1\r\nhost: shop\r\ncookie: ${cookie}\r\ncontent-type: application/json\r\ncontent-length: 600\r\n\r\n`
  let over = false
  const slow = Promise.all([
    ...Array.from({ length: 20 }, () => drip(port, 'GET /me HTTP/1.1\r\nhost: shop\r\nx-slow: ', endless)),
    ...Array.from({ length: 20 }, () => drip(port, post, endless)),
  ]).finally(() => {
    over = true
  })
  let served = 0
  while (!over) {
    expect((await ask(running.url, cookie, 'GET', '/me')).status).toBe(200)
    served++
    await new Promise((wait) => setTimeout(wait, 20))
  }
  for (const sent of await slow) expect(sent).toBeLessThan(300)
  expect(served).toBeGreaterThan(1)
}, 120_000)
