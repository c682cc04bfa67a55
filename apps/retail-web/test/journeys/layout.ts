import { expect, test } from 'vitest'
import { journey, open, type World } from '../support/window.ts'

const measure = `({
  beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  small: [...document.querySelectorAll('button, select, input:not([type=checkbox]), nav a')]
    .map((element) => element.getBoundingClientRect())
    .filter(({ height, width }) => height > 0 && (height < 44 || width < 44)).length,
})`

const addresses = ['#/', '#/switch', 'office.html', 'office.html#/stock', 'office.html#/reports']

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
          const { beyond, small } = (await page.evaluate(measure)) as { beyond: number; small: number }
          expect({ address, beyond, small }).toEqual({ address, beyond: 0, small: 0 })
        }
        await page.context().close()
      }),
    )
  }
}
