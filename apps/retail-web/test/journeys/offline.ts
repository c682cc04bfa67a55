import { expect, test } from 'vitest'
import { journey, open, scan, shows, type World } from '../support/window.ts'

/** While the server does not answer. */
export function offlineJourneys(get: () => World): void {
  test(
    'without the server a known article is sold for cash, once, and nothing else is',
    journey(get, async (world) => {
      const { page, wrong } = await open(world)
      await page.selectOption('#till', { label: 'Till 2' })
      await page.fill('#float', '50')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#entry:focus')
      await scan(page, '9780201379624')
      await shows(page, '#total', '1.99')
      await page.getByRole('button', { name: 'Empty cart' }).click()
      world.shop.apiDown(true)
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
        world.shop.apiDown(false)
      }
      await page.locator('.state', { hasText: 'not confirmed' }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Receipts' }).click()
      await page.waitForSelector('tbody tr')
      expect(await page.locator('tbody tr').count()).toBe(1)
      expect(await page.textContent('tbody tr')).toMatch(/1\.99completed/)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}
