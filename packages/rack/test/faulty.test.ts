import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { formatFault } from '@homerack/errors'
import { expect, test } from 'vitest'
import { parseRack } from '../src/index.ts'

// Every testdata/faulty/*.yaml stands beside the full text of what is said about it. UPDATE=1 writes the texts anew.
const folder = new URL('testdata/faulty/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

// Codes of readRack, and one for what the schema library might say in a later version.
const shownElsewhere = [
  'E_RACK_NOT_FOUND',
  'E_RACK_UNREADABLE',
  'E_PATCH_MISSING',
  'E_MANIFESTS_MISSING',
  'E_VALUES_UNUSED',
  'E_VALUE',
]

test('every code has a faulty file', () => {
  const source = new URL('../src/', import.meta.url)
  const sources = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const codes = sources.flatMap(
    (file) => readFileSync(new URL(file, source), 'utf8').match(/'[EW]_[A-Z_]+'/g) ?? [],
  )
  const texts = files
    .map((file) => readFileSync(new URL(file.replace(/\.yaml$/, '.txt'), folder), 'utf8'))
    .join('')
  const unshown = [...new Set(codes.map((code) => code.slice(1, -1)))].filter(
    (code) => !texts.includes(`  ${code}  `),
  )
  expect(unshown.sort()).toEqual(shownElsewhere.sort())
})

test.each(files)('%s', (file) => {
  const result = parseRack(readFileSync(new URL(file, folder), 'utf8'), { file })
  const faults = 'faults' in result ? result.faults : result.warnings
  const text = `${faults.map(formatFault).join('\n')}\n`
  const expected = new URL(file.replace(/\.yaml$/, '.txt'), folder)
  if (process.env.UPDATE) writeFileSync(expected, text)
  expect(faults.length).toBeGreaterThan(0)
  expect(text).toBe(readFileSync(expected, 'utf8'))
})
