import { expect, test } from 'vitest'
import { journey, open, scan, shows, type World } from '../support/window.ts'

/** Days at the counter, by keyboard alone. */
export function counterJourneys(get: () => World): void {
  test(
    'a day at the till, by keyboard alone',
    journey(get, async (world) => {
      const { page, wrong } = await open(world)
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
    }),
  )

  test(
    'a sale that was parked goes on where it was',
    journey(get, async (world) => {
      const { page, wrong } = await open(world)
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

      // The next customer's first article is scanned at once. A cart survives a reload, and so does the drawer.
      await page.waitForSelector('#next:focus')
      await scan(page, '9780201379624')
      await shows(page, '#total', '1.99')
      await page.reload()
      await shows(page, '#total', '1.99')
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}
