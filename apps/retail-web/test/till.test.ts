import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findPeer } from '@homerack/testbed'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missing as withoutBackEnd } from '../../retail-api/test/service.ts'
import { bundle, type Complaint, compile } from '../build.ts'
import { findPureScript } from '../purescript.ts'
import { counterJourneys } from './journeys/counter.ts'
import { goodsJourneys } from './journeys/goods.ts'
import { layoutJourneys } from './journeys/layout.ts'
import { officeJourneys } from './journeys/office.ts'
import { offlineJourneys } from './journeys/offline.ts'
import { peopleJourneys } from './journeys/people.ts'
import packageOf from './modules.json' with { type: 'json' }
import { openShop, type Shop } from './support/open-shop.ts'
import { stockShop, stockWholesale } from './support/stock-shop.ts'
import type { World } from './support/window.ts'

const here = join(import.meta.dirname, '..')
const found = findPureScript()
const withoutCompiler = 'missing' in found ? found.missing : ''
const peer = findPeer('chromium')
const withoutBrowser = withoutCompiler || withoutBackEnd || ('missing' in peer ? peer.missing : '')

let output: string
let complaints: readonly Complaint[]
let dist: string
let shop: Shop
let browser: Browser

beforeAll(async () => {
  if ('missing' in found) return
  const lock = createHash('sha256')
    .update(readFileSync(join(here, 'spago.lock')))
    .update(found.purs)
    .digest('hex')
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'homerack', 'retail-web')
  output = join(cache, lock.slice(0, 12))
  // Libraries stay compiled; what is ours is compiled again, because only then its warnings are told.
  for (const ours of globSync('{Retail.*,Till,Office,Test.Main}', { cwd: output })) {
    await rm(join(output, ours), { recursive: true })
  }
  const { errors, warnings } = await compile(found, output, ['src/**/*.purs', 'test/Test/*.purs'])
  complaints = [...errors, ...warnings]
  if (errors.length > 0) return
  dist = await mkdtemp(join(tmpdir(), 'retail-web-'))
  await bundle(output, dist)
  if (withoutBrowser || 'missing' in peer) return
  shop = await openShop(dist)
  await stockShop(shop)
  await stockWholesale(shop.wholesale.api)
  browser = await chromium.launch({ executablePath: peer.path, args: ['--no-sandbox'] })
}, 900_000)

afterAll(async () => {
  await browser?.close()
  await shop?.close()
  if (dist) await rm(dist, { recursive: true, force: true })
})

test('compiles without an error or a warning', (ctx) => {
  if (withoutCompiler) ctx.skip(withoutCompiler)
  const generated = ({ filename, errorCode }: Complaint) =>
    filename.startsWith('src/Retail/Api/') && errorCode === 'ImplicitImport'
  expect(complaints.filter((one) => !generated(one))).toEqual([])
})

test('each library module is in the package that the list says', (ctx) => {
  if ('missing' in found) return ctx.skip(withoutCompiler)
  const wrong = Object.entries(packageOf).filter(
    ([name, owner]) =>
      globSync(join(found.libraries, `${owner}-[0-9]*/src/${name.replaceAll('.', '/')}.purs`)).length !== 1,
  )
  expect(wrong).toEqual([])
})

test('PureScript: units, properties, and the golden JSON of the back end', async (ctx) => {
  if (withoutCompiler) ctx.skip(withoutCompiler)
  const module = join(output, 'Test.Main/index.js')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `import { main } from ${JSON.stringify(module)}; main()`],
    { env: { ...process.env, CONTRACT: join(here, '../retail-api/contract') } },
  )
  const lines = stdout.trim().split('\n')
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([])
  expect(lines.length).toBeGreaterThan(40)
})

test.for(['index', 'office'])('what %s.html loads is less than 60 kB, compressed', (name, ctx) => {
  if (withoutCompiler) ctx.skip(withoutCompiler)
  const page = readFileSync(join(dist, `${name}.html`), 'utf8')
  const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
  const bytes = [`${name}.html`, ...files].map(
    (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length,
  )
  expect(bytes).toHaveLength(4)
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(60_000)
})

const world = (): World => ({ missing: withoutBrowser, shop, browser, dist })

counterJourneys(world)
goodsJourneys(world)
offlineJourneys(world)
peopleJourneys(world)
officeJourneys(world)
layoutJourneys(world)
