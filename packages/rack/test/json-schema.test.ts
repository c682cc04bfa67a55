import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rackJsonSchema } from '../src/index.ts'
import * as fields from '../src/schema/fields.ts'

type Schema = {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  description?: string
  examples?: unknown[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
}

/** Every key of a map in the schema, with its path. */
function* keys(schema: Schema, path: string): Iterable<[string, Schema]> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    yield [`${path}${key}`, value]
    yield* keys(value, `${path}${key}.`)
  }
  if (schema.items) yield* keys(schema.items, path)
  for (const option of schema.anyOf ?? []) yield* keys(option, path)
}

const all = [...keys(rackJsonSchema() as Schema, '')]

test.each(all)('%s tells an editor what it is', (_, schema) => {
  expect(schema.description).toMatch(/\.$/)
  const isLeaf = !schema.properties && !schema.items
  if (isLeaf) expect(schema.examples ?? schema.enum ?? schema.const ?? schema.default).toBeDefined()
})

test.each(Object.entries(fields))('the examples of %s are good ones', (_, field) => {
  if (typeof field === 'function') return
  for (const example of (field.meta()?.examples ?? []) as unknown[])
    expect(field.parse(example)).toBe(example)
})

test('homerack.schema.json is in step (UPDATE=1 writes it)', () => {
  const file = new URL('../homerack.schema.json', import.meta.url)
  if (process.env.UPDATE) writeFileSync(file, JSON.stringify(rackJsonSchema()))
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(rackJsonSchema())
})
