import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findPeer } from '@homerack/testbed'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missing as withoutBackEnd } from '../../retail-api/test/service.ts'
import { bundle, type Complaint, compile } from '../build.ts'
import { findPureScript } from '../purescript.ts'
import packageOf from './modules.json' with { type: 'json' }
import { openShop, type Shop } from './support/open-shop.ts'
import { stockShop } from './support/stock-shop.ts'

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
  for (const ours of globSync('{Retail.*,Main,Test.Main}', { cwd: output })) {
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

test('the bundle has less than 60 kB, compressed', (ctx) => {
  if (withoutCompiler) ctx.skip(withoutCompiler)
  expect(gzipSync(readFileSync(join(dist, 'till.js')), { level: 9 }).length).toBeLessThan(60_000)
})

/** A browser window of its own. What its console complains about is collected, but for the failed requests we cause. */
async function open(
  options: { width?: number; height?: number } = {},
): Promise<{ page: Page; wrong: string[] }> {
  const { width = 1280, height = 800 } = options
  const page = await (await browser.newContext({ viewport: { width, height } })).newPage()
  page.setDefaultTimeout(30_000)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (said) => {
    if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) wrong.push(said.text())
  })
  await page.goto(shop.url)
  await page.fill('#organisation', shop.organisation)
  await page.fill('#email', shop.email)
  await page.fill('#password', shop.password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav')
  return { page, wrong }
}

/** As a scanner does: fast keys and Enter, wherever the focus is. */
async function scan(page: Page, ...codes: readonly string[]): Promise<void> {
  for (const code of codes) {
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
  }
}

const shows = (page: Page, selector: string, text: string) =>
  page.locator(selector).filter({ hasText: text }).first().waitFor()

test('a day at the till, by keyboard alone', async (ctx) => {
  if (withoutBrowser) ctx.skip(withoutBrowser)
  const { page, wrong } = await open()
  await page.waitForSelector('#float:focus')
  await page.keyboard.type('200')
  await page.keyboard.press('Enter')

  // Two coffees in one line, a chocolate, and a mug with a tenth off.
  await page.waitForSelector('#entry:focus')
  await scan(page, '4006381333931', '4006381333931')
  await shows(page, '.line', '14.98')
  await scan(page, '9780201379624')
  await shows(page, '#total', '16.97')
  await scan(page, '5901234123457')
  await shows(page, '#total', '29.87')
  await page.keyboard.press('F4')
  await page.waitForSelector('#discount:focus')
  await page.keyboard.type('10%')
  await page.keyboard.press('Enter')
  await shows(page, '#total', '28.58')

  // Part in cash, the rest by card; the card is declined first, and nothing is lost.
  await page.keyboard.press('F9')
  await page.waitForSelector('#given:focus')
  await page.keyboard.type('20')
  await page.keyboard.press('Enter')
  await shows(page, '.left', '8.58')
  await page.click('summary')
  const terminal = await page.inputValue('#terminal')
  await page.fill('#terminal', 'declined')
  await page.keyboard.press('F10')
  await shows(page, '.notice.bad', 'declined')
  await page.fill('#terminal', terminal)
  await page.keyboard.press('F10')
  await shows(page, '.receipt', 'Receipt 1')
  expect(await page.textContent('.receipt')).toMatch(/Total28\.58(?=.*Cash20\.00)(?=.*Card8\.58)/)
  await page.waitForSelector('#next:focus')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#entry:focus')

  // One chocolate comes back.
  await page.getByRole('link', { name: 'Receipts' }).press('Enter')
  await page.getByRole('button', { name: 'Show' }).press('Enter')
  await page.fill('#back-2', '1')
  await page.keyboard.press('Enter')
  await shows(page, '.notice.good', 'Given back 1.99')

  // The drawer: 200.00 + 20.00 − 1.99.
  await page.getByRole('link', { name: 'Drawer' }).press('Enter')
  await shows(page, '.receipt', 'Expected cash218.01')
  await page.fill('#counted', '218')
  await page.keyboard.press('Enter')
  await shows(page, '#difference', '−0.01')
  await page.getByRole('button', { name: 'Close the session' }).press('Enter')
  await shows(page, '.receipt', 'Z-report')
  expect(await page.textContent('.receipt')).toMatch(
    /Sales1.*Refunds1.*Card8\.58.*Counted218\.00.*Difference−0\.01/,
  )
  expect(wrong).toEqual([])
  await page.context().close()
})

test('a sale that was parked goes on where it was', async (ctx) => {
  if (withoutBrowser) ctx.skip(withoutBrowser)
  const { page, wrong } = await open()
  await page.selectOption('#till', { label: 'Till 3' })
  await page.fill('#float', '100')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#entry:focus')
  await scan(page, '3*9780201379624')
  await shows(page, '#total', '5.97')
  await page.keyboard.press('F8')
  await shows(page, '.notice.good', 'Parked')
  await page.getByRole('link', { name: 'Receipts' }).click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await shows(page, '#total', '5.97')
  await page.waitForSelector('#entry:focus')
  await page.keyboard.type('coffee gr')
  await page.keyboard.press('Enter')
  await shows(page, '#total', '10.26')
  await page.keyboard.press('F9')
  await page.waitForSelector('#given:focus')
  await page.keyboard.press('Enter')
  await shows(page, '.receipt', '10.26')
  await page.keyboard.press('Enter')

  // A cart survives a reload, and so does the drawer.
  await page.waitForSelector('#entry:focus')
  await scan(page, '9780201379624')
  await shows(page, '#total', '1.99')
  await page.reload()
  await shows(page, '#total', '1.99')
  expect(wrong).toEqual([])
  await page.context().close()
})

test('without the server a known article is sold for cash, once, and nothing else is', async (ctx) => {
  if (withoutBrowser) ctx.skip(withoutBrowser)
  const { page, wrong } = await open()
  await page.selectOption('#till', { label: 'Till 2' })
  await page.fill('#float', '50')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#entry:focus')
  await scan(page, '9780201379624')
  await shows(page, '#total', '1.99')
  await page.getByRole('button', { name: 'Empty cart' }).click()
  shop.apiDown(true)
  try {
    await scan(page, '9780201379624', '4012345678901')
    await shows(page, '#total', '1.99')
    await shows(page, '.notice.bad', '4012345678901')
    await shows(page, '.detail', 'Cash only')
    await page.keyboard.press('F9')
    await page.waitForSelector('#given:focus')
    expect(await page.getByRole('button', { name: /^Card/ }).isDisabled()).toBe(true)
    await page.keyboard.type('5')
    await page.keyboard.press('Enter')
    await shows(page, '.receipt', 'Receipt number follows')
    await shows(page, '#change', '3.01')
    await shows(page, '.state', '1 not confirmed yet')

    // The drawer cannot be counted while a sale waits.
    await page.getByRole('link', { name: 'Drawer' }).click()
    await page.fill('#counted', '51.99')
    await page.keyboard.press('Enter')
    await shows(page, '.notice.bad', 'not confirmed yet')
  } finally {
    shop.apiDown(false)
  }
  await page.locator('.state', { hasText: 'not confirmed' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Receipts' }).click()
  await page.waitForSelector('tbody tr')
  expect(await page.locator('tbody tr').count()).toBe(1)
  expect(await page.textContent('tbody tr')).toMatch(/1\.99completed/)
  expect(wrong).toEqual([])
  await page.context().close()
})

test('somebody else takes over with a PIN, and may do less', async (ctx) => {
  if (withoutBrowser) ctx.skip(withoutBrowser)
  const { page, wrong } = await open()
  await page.goto(`${shop.url}/#/switch`)
  await page.selectOption('#staff', { label: 'Grace' })
  await page.fill('#pin', '1111')
  await page.keyboard.press('Enter')
  await shows(page, '.notice.bad', 'PIN')
  await page.fill('#pin', '2468')
  await page.keyboard.press('Enter')
  await shows(page, '.who', 'Grace')
  await page.getByRole('link', { name: 'Catalogue' }).click()
  await shows(page, 'tbody', 'Notebook')
  expect(await page.getByRole('button', { name: 'Add the product' }).count()).toBe(0)
  expect(wrong).toEqual([])
  await page.context().close()
})

test('what the back office adds has its price and its code, and is shown as it was typed', async (ctx) => {
  if (withoutBrowser) ctx.skip(withoutBrowser)
  const { page, wrong } = await open()
  await page.getByRole('link', { name: 'Catalogue' }).click()
  await page.fill('#product', '<b>Tea</b>')
  await page.selectOption('#category', { label: 'Food, 7\u00a0%' })
  await page.getByRole('button', { name: 'Add the product' }).click()
  await page.waitForSelector('#sku')
  expect(await page.inputValue('#name')).toBe('<b>Tea</b>')
  await page.fill('#sku', 'TEA')
  await page.fill('#variant-name', 'Green tea')
  await page.fill('#price', '3,20')
  await page.getByRole('button', { name: 'Add the variant' }).click()
  await shows(page, '.card', '3.20')
  await page.locator('.card', { hasText: 'Green tea' }).getByLabel('New barcode').fill('4001234567891')
  await page.getByRole('button', { name: 'Add the barcode' }).click()
  await shows(page, '.notice', '4001234567891')
  expect(await shop.api('GET', '/barcodes/4001234567891')).toMatchObject({
    name: 'Green tea',
    unitPrice: 320,
  })
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.waitForSelector('h1')
  expect(wrong).toEqual([])
  await page.context().close()
})

const measure = `({
  beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  small: [...document.querySelectorAll('button, select, input:not([type=checkbox]), nav a')]
    .map((element) => element.getBoundingClientRect())
    .filter(({ height, width }) => height > 0 && (height < 44 || width < 44)).length,
})`

test.for([
  [320, 640],
  [768, 1024],
  [3840, 2160],
])(
  'fits %i × %i: nothing runs out of the page, what is touched is 44 px',
  async ([width = 0, height = 0], ctx) => {
    if (withoutBrowser) ctx.skip(withoutBrowser)
    const { page } = await open({ width, height })
    for (const address of ['#/', '#/catalogue', '#/stock', '#/reports', '#/switch']) {
      await page.goto(`${shop.url}/${address}`)
      await page.waitForSelector('main h1, #entry')
      const { beyond, small } = (await page.evaluate(measure)) as { beyond: number; small: number }
      expect({ address, beyond, small }).toEqual({ address, beyond: 0, small: 0 })
    }
    await page.context().close()
  },
)
