import { expect, test } from 'vitest'
import { journey, open, shows, type World } from '../support/window.ts'

/** The back office. */
export function officeJourneys(get: () => World): void {
  test(
    'what the back office adds has its price and its code, and is shown as it was typed',
    journey(get, async (world) => {
      const { page, wrong } = await open(world, { at: 'office.html' })
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
      expect(await world.shop.api('GET', '/barcodes/4001234567891')).toMatchObject({
        name: 'Green tea',
        unitPrice: 320,
      })
      await page.getByRole('link', { name: 'Reports' }).click()
      await page.waitForSelector('h1')
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}
