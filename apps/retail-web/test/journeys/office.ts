import { createHmac, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { journey, open, scan, shows, type World } from '../support/window.ts'

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
      await page.getByRole('link', { name: 'Sessions' }).click()
      await page.waitForSelector('h1')
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'what runs short is ordered, comes in parts, and is worth what it cost',
    journey(get, async (world) => {
      const { page, wrong } = await open(world, { at: 'office.html' })
      // Of the notebooks there are three, less than five: the shop fills up to twenty.
      await page.locator('tr', { hasText: 'Notebook' }).getByRole('button').click()
      await page.getByLabel('Reorder at').fill('5')
      await page.getByLabel('and fill up to').fill('20')
      await page.getByRole('button', { name: 'Set when to reorder' }).click()
      await shows(page, '.notice.good', 'is reordered at 5')
      await page.getByRole('link', { name: 'Purchasing' }).click()
      await shows(page, 'tr', /Notebook A5.*17/)
      await page.fill('#supplier-name', 'Paper mill')
      await page.fill('#supplier-contact', 'mill@example.org')
      await page.getByRole('button', { name: 'Add the supplier' }).click()
      await shows(page, '.notice.good', 'Paper mill')
      await page.getByRole('button', { name: 'Order what is proposed' }).click()
      await page.selectOption('#supplier', { label: 'Paper mill' })
      await page.getByRole('button', { name: 'Order it' }).click()
      await shows(page, '.notice.bad', 'a cost')
      await page.getByLabel('cost of Notebook A5').fill('1,50')
      for (const other of await page.getByLabel(/^cost of (?!Notebook)/).all()) await other.fill('1')
      await page.getByRole('button', { name: 'Order it' }).click()
      await shows(page, '.notice.good', 'Ordered.')
      // Ten come, then more than is left, which has to be said.
      await page.getByLabel('quantity of Notebook A5').fill('10')
      for (const other of await page.getByLabel(/^quantity of (?!Notebook)/).all()) await other.fill('0')
      await page.getByRole('button', { name: 'Receive them' }).click()
      await shows(page, '.notice.good', 'Received')
      await shows(page, '.panel', 'partly received')
      await page.getByLabel('quantity of Notebook A5').fill('8')
      for (const other of await page.getByLabel(/^quantity of (?!Notebook)/).all()) await other.fill('0')
      await page.getByRole('button', { name: 'Receive them' }).click()
      await shows(page, '.notice.bad', 'outstanding')
      await page.getByLabel('take more than was ordered').check()
      await page.getByRole('button', { name: 'Receive them' }).click()
      await shows(page, '.notice.good', 'Received')
      await page.getByRole('link', { name: 'Value' }).click()
      await page.locator('tr', { hasText: 'Main Street' }).getByRole('button').click()
      // Twenty-one at 1.50.
      await shows(page, 'tr', /Notebook A5211\.5031\.50/)
      await shows(page, 'tr', /Mug, blue.*not known/)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'goods go to another place, and what is missing on arrival has its reason',
    journey(get, async (world) => {
      const { page, wrong } = await open(world, { at: 'office.html#/stock' })
      await page.fill('#location-name', 'Cellar')
      await page.getByRole('button', { name: 'Add the location' }).click()
      await shows(page, '.notice.good', 'Cellar')
      await page.getByRole('link', { name: 'Transfers' }).click()
      await page.selectOption('#location', { label: 'Main Street' })
      await page.getByRole('button', { name: 'New transfer from here' }).click()
      await page.selectOption('#to', { label: 'Cellar' })
      await page.waitForSelector('#pick:focus')
      await scan(page, '6*4006381333948')
      await shows(page, 'tr', 'Coffee ground')
      await page.keyboard.type('mug')
      await page.keyboard.press('Enter')
      await shows(page, 'tr', 'Mug, blue')
      await page.getByRole('button', { name: 'Send it now' }).click()
      await shows(page, '.notice.good', 'Sent')
      await page.selectOption('#location', { label: 'Cellar' })
      await page.locator('tr', { hasText: 'on its way' }).getByRole('button').click()
      await page.getByLabel(/^Coffee ground.* sent 6$/).fill('5')
      await page.getByRole('button', { name: 'Receive it' }).click()
      await shows(page, '.notice.bad', 'reason')
      await page.getByLabel('Why not what was sent').fill('one bag broke')
      await page.getByRole('button', { name: 'Receive it' }).click()
      await shows(page, '.notice.good', 'Received')
      await shows(page, 'tr', /Coffee ground.*65one bag broke/)
      await page.getByRole('link', { name: 'Stock', exact: true }).click()
      await shows(page, 'tr', /Coffee ground 250 g COF-25050/)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'a scanner counts the shelves',
    journey(get, async (world) => {
      const { page, wrong } = await open(world, { at: 'office.html#/stock-take' })
      await page.selectOption('#location', { label: 'Cellar' })
      await page.getByRole('button', { name: 'Count everything here' }).click()
      await page.waitForSelector('#pick:focus')
      // Four bags one by one, as fast as a scanner is, and a mug that is typed.
      await scan(page, '4006381333948', '4006381333948', '4006381333948', '4006381333948')
      await shows(page, 'tr', /Coffee ground 250 g54−1/)
      await page.keyboard.type('mug')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#counted:focus')
      await page.keyboard.type('1')
      await page.keyboard.press('Enter')
      await shows(page, '[role=status]', '2 of 2 articles counted.')
      await page.getByRole('button', { name: 'Look at the differences' }).click()
      await shows(page, 'tr', /Coffee ground 250 g54.*4\.29/)
      await page.getByRole('button', { name: 'Book them and finish' }).click()
      await shows(page, '.notice.good', 'Finished')
      await page.getByRole('link', { name: 'Stock', exact: true }).click()
      await shows(page, 'tr', /Coffee ground 250 g COF-25040/)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )

  test(
    'a paid web order is picked with a scanner and handed over',
    journey(get, async (world) => {
      await paidOrder(world)
      const { page, wrong } = await open(world, { at: 'office.html#/orders' })
      await page.selectOption('#location', { label: 'Main Street' })
      await page.locator('tr', { hasText: 'Eve' }).getByRole('button').click()
      await page.waitForSelector('#pick:focus')
      await scan(page, '9780201379624')
      await shows(page, '.notice.good', '1 in the bag')
      await scan(page, '5901234123457')
      await shows(page, '.notice.bad', 'Mug, blue is not')
      await page.getByRole('button', { name: 'Hand it over' }).click()
      await shows(page, '.notice.good', 'It is noted')
      await shows(page, '.panel', 'partly handed over')
      await scan(page, '9780201379624')
      await shows(page, '.notice.good', '1 in the bag')
      await page.getByRole('button', { name: 'Hand it over' }).click()
      await shows(page, 'main', 'No order waits here.')
      await page.getByRole('link', { name: 'Sales' }).click()
      await shows(page, 'tr', /Web orders13\.98/)
      await shows(page, '.chart', /\d{4}-\d\d-\d\d/)
      expect(wrong).toEqual([])
      await page.context().close()
    }),
  )
}

/** As a web shop and its payment provider do it. */
async function paidOrder({ shop }: World): Promise<void> {
  const secret = '0123456789abcdef0123456789abcdef'
  const places = await shop.api<readonly { locationId: string; name: string }[]>('GET', '/locations')
  const locationId = places.find(({ name }) => name === 'Main Street')?.locationId
  const { variantId } = await shop.api<{ variantId: string }>('GET', '/barcodes/9780201379624')
  const orderId = randomUUID()
  await shop.api('PUT', '/payment-secret', { secret })
  await shop.api('POST', '/orders', {
    ...{ orderId, locationId, delivery: 'pick-up', customer: 'Eve', email: 'eve@example.org', address: null },
    cart: {
      currency: 'EUR',
      lines: [{ variantId, quantity: 2000, code: null, discount: null }],
      discount: null,
    },
  })
  await shop.api('POST', `/orders/${orderId}/place`, { version: 1, total: 398 })
  const body = JSON.stringify({
    ...{ eventId: orderId, kind: 'payment.settled', orderId, payment: orderId, amount: 398, currency: 'EUR' },
  })
  const seconds = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const answer = await fetch(`${shop.url}/api/webhooks/payments/corner`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-signature': `t=${seconds},v1=${signature}` },
    body,
  })
  expect(answer.status).toBeLessThan(300)
  await expect
    .poll(async () => (await shop.api<{ head: { state: string } }>('GET', `/orders/${orderId}`)).head.state)
    .toBe('paid')
}
