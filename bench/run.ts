// npm run bench [-- name …]: measures, each time beside a named peer or limit, and prints Markdown tables for
// docs/performance.md. Every file *.bench.ts in this folder is one bench.
import { globSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import type { Bench } from './bench.ts'

const files = globSync('*.bench.ts', { cwd: import.meta.dirname }).sort()
const names = files.map((file) => basename(file, '.bench.ts'))
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}

const [cpu] = cpus()
const memory = Math.round(totalmem() / 2 ** 30)
console.log(
  `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}\n`,
)
for (const name of wanted.length > 0 ? wanted : names) {
  const { bench } = (await import(join(import.meta.dirname, `${name}.bench.ts`))) as { bench: Bench }
  const { columns, rows, notes } = await bench.run()
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  console.log(`### ${bench.title}\n`)
  console.log([line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n'))
  console.log(`\n${notes.map((note) => `- ${note}`).join('\n')}\n`)
}
