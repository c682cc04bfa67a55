import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../serve.ts'
import packageOf from './modules.json' with { type: 'json' }

const here = join(import.meta.dirname, '..')
const sources = globSync(['src/**/*.purs', 'test/Test/*.purs'], { cwd: here }).sort()
const written = sources.filter((file) => !file.startsWith('src/Retail/Api/'))
const text = (file: string) => readFileSync(join(here, file), 'utf8')
const modules = new Set(sources.map((file) => /^module\s+([\w.]+)/m.exec(text(file))?.[1]))

test('syntax and format of the PureScript (not its types)', async () => {
  const tidy = join(here, 'node_modules/.bin/purs-tidy')
  const said = await promisify(execFile)(tidy, ['check', ...written], { cwd: here }).catch((error) => error)
  expect(said.stdout).toContain('All files are formatted')
})

test('the client is what the back end generates', () => {
  const generated = join(here, '../retail-api/contract/gen/purescript')
  for (const file of globSync('Retail/Api/*.purs', { cwd: generated })) {
    expect(text(join('src', file)) === readFileSync(join(generated, file), 'utf8'), `${file}: copy it`).toBe(
      true,
    )
  }
  expect(globSync('Retail/Api/*.purs', { cwd: generated })).toHaveLength(3)
})

test.each(written)('%s imports what is there', (file) => {
  const imported = [...text(file).matchAll(/^import ([\w.]+)/gm)].map((match) => match[1] ?? '')
  const locked = JSON.parse(text('spago.lock')).packages
  const named = new Set(text('spago.yaml').match(/(?<=^ +- )\S+/gm))
  const missing = imported.filter((name) => {
    const owner = (packageOf as Record<string, string>)[name]
    return !modules.has(name) && !(owner !== undefined && owner in locked && named.has(owner))
  })
  expect(missing).toEqual([])
})

test.each(written.filter((file) => text(file).includes('foreign import')))(
  '%s has its JavaScript',
  (file) => {
    const wanted = [...text(file).matchAll(/^foreign import (?!data )(\w+)/gm)].map((match) => match[1])
    const script = text(file.replace(/\.purs$/, '.js'))
    const exported = [...script.matchAll(/^export (?:const|function) (\w+)/gm)].map((match) => match[1])
    expect(exported.toSorted()).toEqual(wanted.toSorted())
  },
)

test('every script belongs to a module', () => {
  const scripts = globSync(['src/Retail/**/*.js', 'test/Test/*.js'], { cwd: here })
  expect(scripts.filter((file) => !sources.includes(file.replace(/\.js$/, '.purs')))).toEqual([])
})

test('the policy allows nothing unsafe, and the page needs nothing unsafe', () => {
  expect(contentSecurityPolicy).toMatch(/^default-src 'none'; /)
  expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|data:|https?:/)
  for (const page of globSync('static/*.html', { cwd: here }).map(text)) {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:/)
  }
  const inline = written.filter(
    (file) => file.startsWith('src/') && /HP\.style|AttrName "style"|HCSS/.test(text(file)),
  )
  expect(inline).toEqual([])
})

const css = text('src/style/colour.css')
const [light = {}, darker] = css.split('@media').map(colours)
const dark = { ...light, ...darker }

test.each([
  ['light', light],
  ['dark', dark],
])('%s: text stands out 4.5 to 1, and edges 3 to 1 (WCAG 2.2 AA)', (_, palette) => {
  const ratio = (front: string, back: string) => contrast(palette[front] ?? '', palette[back] ?? '')
  const words = ['text', 'quiet', 'accent', 'good', 'bad'].flatMap((front) =>
    ['page', 'panel'].map((back) => [front, back] as const),
  )
  const pairs = [...words, ['text', 'chosen'], ['quiet', 'chosen'], ['on-accent', 'accent']] as const
  expect(pairs.filter(([front, back]) => !(ratio(front, back) >= 4.5))).toEqual([])
  const edges = [...['page', 'panel'].map((back) => ['edge', back] as const), ['accent', 'chosen']] as const
  expect(edges.filter(([front, back]) => !(ratio(front, back) >= 3))).toEqual([])
})

test('colours come from the properties only', () => {
  const outside = globSync('src/style/*.css', { cwd: here }).flatMap(
    (file) =>
      text(file)
        .replace(/^\s*--[\w-]+:.*$/gm, '')
        .match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi) ?? [],
  )
  expect(outside).toEqual([])
})

function colours(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  )
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
