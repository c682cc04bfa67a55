import type { Browser, Page } from 'playwright-core'
import type { TestContext } from 'vitest'
import type { Account, Shop } from './open-shop.ts'

/** What the journeys need. `missing` says why they cannot be made here. */
export type World = {
  readonly missing: string
  readonly shop: Shop
  readonly browser: Browser
  readonly dist: string
}

export type Window = { readonly page: Page; readonly wrong: readonly string[] }

type Options = {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly at?: string
  readonly who?: Account
}

/**
 * A browser window of its own, logged in as the administrator. What its console complains about is collected, but for
 * the failed requests we cause.
 */
export async function open({ shop, browser }: World, options: Options = {}): Promise<Window> {
  const { width = 1280, height = 800, dark = false, at = '', who = shop.account } = options
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (said) => {
    if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) wrong.push(said.text())
  })
  await page.goto(`${shop.url}/${at}`)
  await page.fill('#organisation', who.organisation)
  await page.fill('#email', who.email)
  await page.fill('#password', who.password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav')
  return { page, wrong }
}

/** With an open drawer, ready to scan. */
export async function openTill(world: World, till: string, options: Options = {}): Promise<Window> {
  const window = await open(world, options)
  const { page } = window
  await page.selectOption('#till', { label: till })
  await page.fill('#float', '100')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#entry:focus')
  return window
}

/** As a scanner does: fast keys and Enter, wherever the focus is. */
export async function scan(page: Page, ...codes: readonly string[]): Promise<void> {
  for (const code of codes) {
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
  }
}

export const shows = (page: Page, selector: string, text: string | RegExp) =>
  page.locator(selector).filter({ hasText: text }).first().waitFor()

/** A test in a browser, skipped by name where it cannot be made. */
export function journey(get: () => World, make: (world: World) => Promise<void>) {
  return async (ctx: TestContext): Promise<void> => {
    const world = get()
    if (world.missing) ctx.skip(world.missing)
    await make(world)
  }
}
