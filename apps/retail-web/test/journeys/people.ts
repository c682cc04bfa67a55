import { expect, test } from 'vitest'
import { journey, open, shows, type World } from '../support/window.ts'

/** Who may do what. */
export function peopleJourneys(get: () => World): void {
  test(
    'somebody else takes over with a PIN, and may do less',
    journey(get, async (world) => {
      const { page, wrong } = await open(world)
      await page.goto(`${world.shop.url}/#/switch`)
      await page.selectOption('#staff', { label: 'Grace' })
      await page.fill('#pin', '1111')
      await page.keyboard.press('Enter')
      await shows(page, '.notice.bad', 'PIN')
      await page.fill('#pin', '2468')
      await page.keyboard.press('Enter')
      await shows(page, '.who', 'Grace')
      await page.getByRole('link', { name: 'Back office' }).click()
      await shows(page, 'tbody', 'Notebook')
      expect(await page.getByRole('button', { name: 'Add the product' }).count()).toBe(0)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}
