import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build as esbuild, type Plugin } from 'esbuild'
import { findPureScript, type PureScript } from './purescript.ts'

const here = import.meta.dirname

/** What `purs compile --json-errors` says about a place. */
export type Complaint = { readonly filename: string; readonly errorCode: string; readonly message: string }

/** Compiles `sources` (globs below this folder) and the libraries into `output`. Says what was complained about. */
export async function compile(
  { purs, libraries }: PureScript,
  output: string,
  sources: readonly string[] = ['src/**/*.purs'],
): Promise<{ readonly errors: readonly Complaint[]; readonly warnings: readonly Complaint[] }> {
  const globs = [`${libraries}/*/src/**/*.purs`, ...sources]
  const said = await run(purs, ['compile', '--json-errors', '--output', output, ...globs])
  const line = said.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`purs said nothing that we understand:\n${said}`)
  return JSON.parse(line)
}

/**
 * Puts everything a browser needs into `dist`: two applications that share nothing there but what a browser stores, each
 * with its page. Scripts and styles are named by what is in them, so a page never meets those of another build.
 */
export async function bundle(output: string, dist: string): Promise<void> {
  await rm(dist, { recursive: true, force: true })
  await cp(join(here, 'static'), dist, { recursive: true })
  const entryPoints: Record<string, string> = { style: join(here, 'src/style/shop.css') }
  for (const [page, module] of Object.entries(pages)) {
    const entry = join(output, `${module}.start.js`)
    await writeFile(entry, `import { main } from './${module}/index.js'\nmain()\n`)
    entryPoints[page] = entry
  }
  const { metafile } = await esbuild({
    ...minified,
    entryPoints,
    entryNames: '[name]-[hash]',
    outdir: dist,
    metafile: true,
    plugins: [smaller],
  })
  const made = Object.keys(metafile.outputs).map((path) => basename(path))
  for (const page of Object.keys(pages)) {
    const text = await readFile(join(dist, `${page}.html`), 'utf8')
    const named = text.replace(
      /(?<=")(\w+)\.(js|css)(?=")/g,
      (_, name: string, type: string) =>
        made.find((file) => file.startsWith(`${name}-`) && file.endsWith(type)) ?? '',
    )
    await writeFile(join(dist, `${page}.html`), named)
    if (page === 'index') await writeWorker(dist, named)
  }
}

/** The service worker, which keeps this page and what it loads. */
async function writeWorker(dist: string, page: string): Promise<void> {
  const files = [...page.matchAll(/(?<=(?:src|href)=")[^"]+/g)].map(String)
  const hash = createHash('sha256').update(page)
  for (const file of files) hash.update(await readFile(join(dist, file)))
  await esbuild({
    ...minified,
    entryPoints: [join(here, 'src/worker.js')],
    outdir: dist,
    define: { files: JSON.stringify(files), version: JSON.stringify(hash.digest('hex').slice(0, 12)) },
  })
}

/** The pages, and the modules whose `main` starts them. */
const pages = { index: 'Till', office: 'Office' }

const minified = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
} as const

/**
 * purs repeats three things at every turn that compress badly: where a pattern has a gap (there are none: each would be a
 * compile error), how a record is copied, and the long form of a function (only those with a name use `this`).
 */
const smaller: Plugin = {
  name: 'smaller',
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const contents = text
        .replace(
          /throw new Error\("Failed pattern match at [^"]*" \+ \[.*?\]\)/g,
          'throw new Error("no match")',
        )
        .replace(
          /var (\$\w+) = \{\};\s*for \(var (\$\w+) in (\w+)\) \{\s*if \(\{\}\.hasOwnProperty\.call\(\3, \2\)\) \{\s*\1\[\2\] = \3\[\2\];\s*\};\s*\};/g,
          (_, copy: string, __, record: string) => `var ${copy} = { ...${record} };`,
        )
        .replace(/\bfunction \(([\w$, ]*)\) \{/g, '($1) => {')
      return { contents, loader: 'js' }
    })
  },
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    child.on('error', reject)
    child.on('close', () => resolve(said))
  })
}

if (import.meta.main) {
  const found = findPureScript()
  if ('missing' in found) {
    console.error(found.missing)
    process.exit(1)
  }
  const output = join(here, 'node_modules/.cache/purescript')
  const { errors, warnings } = await compile(found, output)
  for (const { filename, errorCode, message } of [...errors, ...warnings]) {
    console.error(`${filename}: ${errorCode}: ${message}`)
  }
  if (errors.length > 0) process.exit(1)
  await bundle(output, join(here, 'dist'))
}
