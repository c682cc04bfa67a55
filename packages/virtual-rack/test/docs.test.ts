import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { rackFaults } from '../src/faults/rack-fault.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('docs/virtual-rack.md and --help list each fault with what it does', async () => {
  // The formatter pads the cells of a table.
  const page = (await readFile(at('../../../docs/virtual-rack.md'), 'utf8')).replaceAll(/ +/g, ' ')
  const program = ['--conditions=source', at('../src/cli.ts'), '--help']
  const { stdout: help } = await promisify(execFile)(process.execPath, program)
  for (const [name, { once, does }] of Object.entries(rackFaults)) {
    expect(page).toContain(`| \`${name}\` |${once ? ' once' : ''} | ${does} |`)
    expect(help).toContain(`  ${name.padEnd(32)} ${does}`)
  }
})
