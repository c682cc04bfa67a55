import { expect, test } from 'vitest'
import { label } from '../support/stock-shop.ts'
import { journey, open, openTill, scan, shows, type World } from '../support/window.ts'

/** What is not a plain piece with its price: weighed, priced by its label, taxed on top; and what goes back. */
export function goodsJourneys(get: () => World): void {
  test(
    'what is weighed is priced by its label, or by the weight that is typed',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Till 4')
      // 6.21 of ham at 19.90; 480 g of cheese at 24.50.
      await scan(page, label('2200001', 621))
      await shows(page, '#total', '6.21')
      await scan(page, label('2100002', 480))
      await shows(page, '#total', '17.97')
      await shows(page, '.line', '0.48')
      // Three labels of one price are three lines.
      await scan(page, `3*${label('2200001', 100)}`)
      await shows(page, '#total', '20.97')
      expect(await page.locator('.line').count()).toBe(5)

      // Looked for by name, it asks for the weight.
      await page.keyboard.type('mountain')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#quantity:focus')
      await page.keyboard.type('a lot')
      await page.keyboard.press('Enter')
      await shows(page, '.notice.bad', 'kilograms')
      await page.fill('#quantity', '0,200')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#entry:focus')
      await shows(page, '#total', '25.87')

      // A line that has its price in its code has no other quantity.
      await page.locator('.line').first().click()
      await page.keyboard.press('F3')
      await shows(page, '.notice.bad', 'its price in its code')

      // All by card, and one of the labels goes back to it.
      await page.keyboard.press('F9')
      await page.waitForSelector('#given:focus')
      await page.keyboard.press('F10')
      await shows(page, '.receipt', '25.87')
      await page.getByRole('link', { name: 'Receipts' }).click()
      await page.getByRole('button', { name: 'Show' }).click()
      await page.getByLabel(/^Mountain cheese.* of 0.48/).fill('0.48')
      await page.selectOption('#method', 'card')
      await page.getByRole('button', { name: 'Give back' }).click()
      await shows(page, '.notice.good', 'Given back 11.76')
      await page.getByRole('link', { name: 'Drawer' }).click()
      await shows(page, '.receipt', 'Given back to cards11.76')
      await shows(page, '.receipt', 'Expected cash100.00')
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'a sale that is taken up again can be voided',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Till 5')
      await scan(page, '9780201379624')
      await shows(page, '#total', '1.99')
      await page.keyboard.press('F4')
      await page.waitForSelector('#discount:focus')
      await page.keyboard.type('0.99')
      await page.keyboard.press('Enter')
      await shows(page, '#total', '1.00')
      await page.keyboard.press('F8')
      await shows(page, '.notice.good', 'Parked')
      // Another browser knows its discount too.
      const second = await open(world)
      await second.page.selectOption('#till', { label: 'Till 5' })
      await second.page.getByRole('button', { name: 'Go on at this till' }).click()
      await second.page.getByRole('link', { name: 'Receipts' }).click()
      await second.page.getByRole('button', { name: 'Resume' }).click()
      await shows(second.page, '#total', '1.00')
      await shows(second.page, '.line', '0.99')
      // A reload leaves it open at the server; it is found again.
      await second.page.reload()
      await second.page.getByRole('link', { name: 'Receipts' }).click()
      await second.page.getByRole('button', { name: 'Resume' }).click()
      await shows(second.page, '#total', '1.00')
      await second.page.getByRole('button', { name: 'Void sale' }).click()
      await shows(second.page, '.notice.good', 'voided')
      await page.getByRole('link', { name: 'Receipts' }).click()
      await shows(page, 'tbody tr', 'voided')
      expect([...wrong, ...second.wrong]).toEqual([])
      await second.page.context().close()
      await page.context().close()
    }),
  )

  test(
    'a shop that puts the tax on top rounds its cash to coins',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Gate', { who: world.shop.wholesale.account })
      await scan(page, '7612345678900')
      // 12.34 and 8.1 %.
      await shows(page, '#total', '13.34')
      await shows(page, '.detail', 'Tax 1.00 · in cash 13.35')
      await page.keyboard.press('F9')
      await page.waitForSelector('#given:focus')
      await shows(page, '.left', 'Still to pay 13.34 CHF, in cash 13.35 CHF')
      await page.keyboard.type('20')
      await page.keyboard.press('Enter')
      await shows(page, '#change', '6.65')
      await shows(page, '.receipt', 'Rounding of cash0.01')
      await page.keyboard.press('Enter')
      // While the server does not answer, nothing is guessed at.
      await page.waitForSelector('#entry:focus')
      world.shop.apiDown(true)
      try {
        await scan(page, '7612345678900')
        await shows(page, '.notice.bad', 'The server does not answer')
        expect(await page.getByRole('button', { name: /^Pay/ }).isDisabled()).toBe(true)
      } finally {
        world.shop.apiDown(false)
      }
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'what is archived is not sold',
    journey(get, async (world) => {
      const { page, wrong } = await open(world, { at: 'office.html' })
      await page.locator('tr', { hasText: 'Notebook' }).getByRole('button').click()
      await page.getByRole('button', { name: 'Archive it' }).click()
      await shows(page, 'tr', 'Notebook (archived)')
      const scanned = world.shop.api('GET', '/barcodes/4012345678901')
      await expect(scanned).rejects.toThrow('404')
      await page.getByRole('button', { name: 'Sell it again' }).click()
      await page.locator('tr', { hasText: 'archived' }).waitFor({ state: 'detached' })
      expect(await world.shop.api('GET', '/barcodes/4012345678901')).toMatchObject({ sku: 'NOT-A5' })
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}
