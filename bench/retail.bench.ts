import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  build,
  type Cluster,
  checkoutOf,
  logIn,
  makeShop,
  missing,
  type Service,
  type Stocked,
  startCluster,
  startService,
  stock,
} from '../apps/retail-api/test/service.ts'
import type { Bench } from './bench.ts'

const run = promisify(execFile)
const seconds = process.env.HOMERACK_LONG ? 600 : 10
const columns = ['what', 'connections', 'per second', 'p50', 'p99', 'of pgbench', 'memory afterwards']

type Shop = {
  readonly cluster: Cluster
  readonly service: Service
  readonly cookie: string
  readonly stocked: Stocked
  readonly folder: string
}
type Measured = { readonly rate: number; readonly p50: string; readonly p99: string }

export const bench: Bench = {
  title: 'Tills: lookups, carts and checkouts',
  async run() {
    if (missing) return { columns: ['left out'], rows: [], notes: [missing] }
    const built = await build({ optimise: true })
    const cluster = await startCluster({ durable: true })
    const folder = await mkdtemp(join(tmpdir(), 'retail-bench-'))
    try {
      await makeShop(cluster, built, 'bench')
      const service = await startService(built, cluster, 'bench')
      const cookie = await logIn(service.url)
      const stocked = await stock(service.url, cookie, 16)
      const rows = await measureAll({ cluster, service, cookie, stocked, folder })
      await service.end('SIGTERM')
      return { columns, rows, notes }
    } finally {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const notes = [
  `Service (-O1), PostgreSQL 15 with fsync, and wrk on the same two cores, ${seconds} s each; one thread of wrk.`,
  'pgbench runs the statement of the lookup itself, with the same number of connections, in the same run: the limit that the database sets.',
  'A checkout prices one line, charges a card and takes cash, writes receipt, payments, ledger and the kept answer in one transaction. 16 tills sell the same thing, whose level of stock they wait for.',
  'Aims: a lookup at 60 % of pgbench; 99 of 100 checkouts under 50 ms at half of the peak. HOMERACK_LONG=1 measures 10 minutes each.',
]

async function measureAll(shop: Shop): Promise<string[][]> {
  const limit = await pgbench(shop, 16)
  const lookup = await wrk(shop, 16, lookupScript())
  const cart = await wrk(
    shop,
    16,
    postScript('/carts/price', () => [cartOf(shop, 20)]),
  )
  const checkouts = postScript('/checkouts', () => shop.stocked.sessions.map((till) => bodyOf(shop, till)))
  const peak = await wrk(shop, 16, checkouts)
  const memory = async () => {
    const status = await readFile(`/proc/${shop.service.pid}/status`, 'utf8')
    return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)} MiB`
  }
  // wrk cannot hold back: fewer connections, until they ask for no more than half of the peak, or there is one.
  let half = { connections: 8, measured: peak }
  for (const connections of [8, 4, 3, 2, 1]) {
    half = { connections, measured: await wrk(shop, connections, checkouts) }
    if (half.measured.rate <= peak.rate / 2) break
  }
  const row = (what: string, connections: number, { rate, p50, p99 }: Measured, ofLimit = '') => [
    ...[what, String(connections), rate.toFixed(0), p50, p99, ofLimit],
  ]
  const after = await memory()
  return [
    [...row('pgbench: the lookup', 16, limit), ''],
    [...row('barcode lookup', 16, lookup, share(lookup, limit)), ''],
    [...row('cart of 20 lines priced', 16, cart), ''],
    [...row('checkout, peak', 16, peak), ''],
    [...row(`checkout, ${share(half.measured, peak)} of peak`, half.connections, half.measured), after],
  ]
}

const share = (one: Measured, of: Measured) => `${((one.rate / of.rate) * 100).toFixed(0)} %`

const bodyOf = (shop: Shop, session: string) => {
  const { saleId: _, ...rest } = checkoutOf(shop.stocked.variant, session)
  return JSON.stringify(rest)
}
const cartOf = (shop: Shop, lines: number) => {
  const { cart } = checkoutOf(shop.stocked.variant, '', lines)
  return JSON.stringify(cart)
}

type Script = (cookie: string) => string

const lookupScript = (): Script => (cookie) =>
  `wrk.path = '/barcodes/4006381333931'\nwrk.headers['Cookie'] = '${cookie}'\n`

/** Each request has a key, and a sale, of its own; the bodies take turns. */
const postScript =
  (path: string, bodies: () => readonly string[]): Script =>
  (cookie) =>
    `
local run, count, bodies = '${randomBytes(4).toString('hex')}', 0, { ${bodies().map((body) => `[[${body}]]`)} }
local headers = { ['Cookie'] = '${cookie}', ['Content-Type'] = 'application/json' }
request = function()
  count = count + 1
  local id = string.format('%s-0000-4000-8000-%012x', run, count)
  headers['Idempotency-Key'] = id
  local body = bodies[count % #bodies + 1]
  ${path === '/checkouts' ? `body = '{"saleId":"' .. id .. '",' .. body:sub(2)` : ''}
  return wrk.format('POST', '${path}', headers, body)
end
`

async function wrk(shop: Shop, connections: number, script: Script): Promise<Measured> {
  const file = join(shop.folder, 'script.lua')
  await writeFile(file, script(shop.cookie))
  const command = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', file, shop.service.url]
  const { stdout } = await run('wrk', command)
  const refused = /Non-2xx.*/.exec(stdout)?.[0]
  if (refused) throw new Error(refused)
  const at = (percent: number) => new RegExp(`${percent}%\\s+(\\S+)`).exec(stdout)?.[1] ?? ''
  return { rate: Number(/Requests\/sec:\s+(\S+)/.exec(stdout)?.[1]), p50: at(50), p99: at(99) }
}

/** As the service asks: the tenant's setting and the query in one message. */
async function pgbench(shop: Shop, connections: number): Promise<Measured> {
  const organisation = await shop.cluster.sql('bench', 'select id from organisation')
  const file = join(shop.folder, 'lookup.sql')
  await writeFile(
    file,
    `select set_config('retail.organisation', '${organisation}', true) \\; select barcode.kind, barcode.pack, variant.id, variant.sku, variant.name, variant.unit, variant.price from barcode join variant on variant.id = barcode.variant join product on product.id = variant.product where barcode.code in ('04006381333931') and not variant.archived and not product.archived order by length(barcode.code) desc;\n`,
  )
  const host = shop.cluster.server.replace('host=', '')
  const { stdout } = await run('pgbench', [
    ...['-h', host, '-U', 'retail_app', '-n', '-f', file, '-c', String(connections), '-j', '1'],
    ...['-T', String(seconds), 'bench'],
  ])
  const latency = /latency average = (.*) ms/.exec(stdout)?.[1] ?? ''
  return { rate: Number(/tps = (\S+)/.exec(stdout)?.[1]), p50: `${latency}ms (mean)`, p99: '' }
}
