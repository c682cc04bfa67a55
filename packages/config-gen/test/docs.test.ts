import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as rack from '@homerack/rack'
import * as secrets from '@homerack/secrets'
import { expect, test } from 'vitest'
import * as configGen from '../src/index.ts'
import { deliberateDifferences } from './peers/talosctl/deliberate-differences.ts'

const read = (page: string) => readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8')
const guide = read('config-gen.md')

test.each(deliberateDifferences)('the guide gives the reason: $why', ({ why }) => {
  expect(guide).toContain(`| ${why} `)
})

test.each(rack.talosVersions)(
  'the guide lists Talos $minor as it is supported',
  ({ minor, kubernetes, ...row }) => {
    const cells = [minor, `${kubernetes[0]} – ${kubernetes.at(-1)}`, row.defaultKubernetes]
    expect(guide.replaceAll(/ +/g, ' ')).toContain(`| ${cells.join(' | ')} |`)
  },
)

test.each([
  ['config-gen', configGen],
  ['rack', rack],
  ['secrets', secrets],
])('the API page of %s names every export (npm run docs -- api)', (name, exported) => {
  const headings = read(`api/${name}.md`).match(/^### \w+/gm)
  for (const symbol of Object.keys(exported)) expect(headings).toContain(`### ${symbol}`)
})
