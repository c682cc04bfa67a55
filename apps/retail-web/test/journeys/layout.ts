import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { journey, open, openTill, scan, shows, type World } from '../support/window.ts'

const measure = `({
  beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  small: [...document.querySelectorAll('button, select, input:not([type=checkbox]), nav a')]
    .map((element) => element.getBoundingClientRect())
    .filter(({ height, width }) => height > 0 && (height < 44 || width < 44)).length,
})`

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const office = ['', 'stock', 'purchasing', 'transfers', 'stock-take', 'orders', 'value', 'sales', 'sessions']
const addresses = ['#/', '#/switch', ...office.map((page) => `office.html#/${page}`)]

/** Every page, on a phone, a tablet and a large screen. */
export function layoutJourneys(get: () => World): void {
  for (const [width, height] of [
    [320, 640],
    [768, 1024],
    [3840, 2160],
  ] as const) {
    test(
      `fits ${width} × ${height}: nothing runs out of the page, what is touched is 44 px`,
      journey(get, async (world) => {
        const { page } = await open(world, { width, height })
        for (const address of addresses) {
          await page.goto(`${world.shop.url}/${address}`)
          await page.waitForSelector('main h1, #entry')
          await page.waitForLoadState('networkidle')
          const { beyond, small } = (await page.evaluate(measure)) as { beyond: number; small: number }
          expect({ address, beyond, small }).toEqual({ address, beyond: 0, small: 0 })
        }
        await page.context().close()
      }),
    )
  }

  for (const dark of [false, true]) {
    test(
      `axe finds nothing to complain about, ${dark ? 'dark' : 'light'}`,
      journey(get, async (world) => {
        const { page } = await openTill(world, dark ? 'Till 9' : 'Till 8', { dark })
        const found: unknown[] = []
        const look = async (state: string) => {
          await page.waitForLoadState('networkidle')
          await page.evaluate(axe)
          const { violations } = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(rules)} })`)) as {
            violations: readonly { id: string; nodes: readonly { html: string }[] }[]
          }
          found.push(...violations.map(({ id, nodes }) => ({ state, id, at: nodes.map(({ html }) => html) })))
        }
        await scan(page, '9780201379624')
        await shows(page, '#total', '1.99')
        await look('cart')
        await page.keyboard.press('F9')
        await look('paying')
        await page.keyboard.press('Enter')
        await shows(page, '.receipt', '1.99')
        await look('paid')
        for (const address of ['#/receipts', '#/drawer', ...addresses.slice(1)]) {
          await page.goto(`${world.shop.url}/${address}`)
          await page.waitForSelector('main h1')
          await page.waitForLoadState('networkidle')
          await look(address)
          const first = page.getByRole('button', { name: /^(Show|Count|Z-report|X-report)$/ }).first()
          if ((await first.count()) === 0) continue
          await first.click()
          await look(`${address}, the first`)
        }
        expect(found).toEqual([])
        await page.context().close()
      }),
    )
  }
}
