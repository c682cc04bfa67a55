import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journey, openTill, scan, shows, type World } from '../support/window.ts'

const catalogueKnown = `Object.keys(localStorage).some((name) => name.startsWith('retail.known.'))`

/** While the server does not answer. */
export function offlineJourneys(get: () => World): void {
  test(
    'without the server a known article is sold for cash, once, and nothing else is',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Till 2')
      await page.waitForFunction(catalogueKnown)
      world.shop.apiDown(true)
      try {
        await scan(page, '9780201379624', '4099999999990')
        await shows(page, '#total', '1.99')
        await shows(page, '.notice.bad', '4099999999990')
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
        await page.fill('#counted', '101.99')
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

  test(
    'the page itself loads while nothing answers, and what was sold then is booked once',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Till 6')
      await page.waitForFunction(catalogueKnown)
      await page.waitForFunction(`navigator.serviceWorker.ready.then(() => caches.has)`)
      await scan(page, '4006381333948')
      await shows(page, '#total', '4.29')
      await world.shop.allDown(true)
      try {
        await page.reload()
        await page.waitForSelector('#entry:focus')
        await shows(page, '.detail', 'Cash only')
        await shows(page, '#total', '4.29')
        await scan(page, '2*9780201379624')
        await shows(page, '#total', '8.27')
        await page.keyboard.press('F9')
        await page.waitForSelector('#given:focus')
        await page.keyboard.type('10')
        await page.keyboard.press('Enter')
        await shows(page, '#change', '1.73')
        // Also what waits to be sent survives a reload.
        await page.reload()
        await shows(page, '.state', '1 not confirmed yet')
      } finally {
        await world.shop.allDown(false)
      }
      await page.locator('.state', { hasText: 'not confirmed' }).waitFor({ state: 'detached' })
      // What another version has kept is not silently passed over.
      await page.evaluate(`localStorage.setItem('retail.queue.old', '{}')`)
      await page.reload()
      await page.getByRole('link', { name: '1 not confirmed yet' }).click()
      await shows(page, 'main', '1 more were kept by another version')
      await page.evaluate(`localStorage.removeItem('retail.queue.old')`)
      await page.getByRole('link', { name: 'Receipts' }).click()
      await shows(page, 'tbody tr', '8.27completed')
      expect(await page.locator('tbody tr').count()).toBe(1)
      const kept = await page.evaluate(
        `caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))))`,
      )
      expect(kept).toEqual([
        [
          '/',
          expect.stringMatching(/^\/icon.svg$/),
          expect.stringMatching(/^\/style-\w+.css$/),
          expect.stringMatching(/^\/index-\w+.js$/),
        ],
      ])
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'a new build comes in under an open sale, and the next load is of it',
    journey(get, async (world) => {
      const { page, wrong } = await openTill(world, 'Till 7')
      await page.waitForFunction(`navigator.serviceWorker.ready.then(() => true)`)
      await scan(page, '4006381333948')
      await shows(page, '#total', '4.29')
      const before = (await page.evaluate(cachesNow)) as string[]
      const undo = await newBuild(world.dist)
      try {
        await page.evaluate(`navigator.serviceWorker.ready.then((one) => one.update()).then(() => true)`)
        await page.waitForFunction(`caches.keys().then((names) => names.join() === 'till-next')`)
        expect(before).not.toEqual(['till-next'])
        await scan(page, '9780201379624')
        await shows(page, '#total', '6.28')
        await page.reload()
        await shows(page, '#total', '6.28')
        expect(await page.locator('script[src="index-NEXT.js"]').count()).toBe(1)
        await world.shop.allDown(true)
        try {
          await page.reload()
          await shows(page, '#total', '6.28')
          expect(await page.locator('script[src="index-NEXT.js"]').count()).toBe(1)
        } finally {
          await world.shop.allDown(false)
        }
      } finally {
        await undo()
      }
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}

const cachesNow = 'caches.keys()'

/** The same till under other names, as another build would be. */
async function newBuild(dist: string): Promise<() => Promise<void>> {
  const names = ['index.html', 'worker.js'].map((name) => join(dist, name))
  const [page = '', worker = ''] = await Promise.all(names.map((name) => readFile(name, 'utf8')))
  const script = /index-\w+\.js/.exec(page)?.[0] ?? ''
  await copyFile(join(dist, script), join(dist, 'index-NEXT.js'))
  const put = (texts: readonly string[]) =>
    Promise.all(names.map((name, at) => writeFile(name, texts[at] ?? '')))
  await put(
    [page, worker].map((text) => text.replace(script, 'index-NEXT.js').replace(/till-\w+/, 'till-next')),
  )
  return async () => {
    await put([page, worker])
  }
}
