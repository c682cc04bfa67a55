import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Bundles the module `Main` in `output` and puts everything a browser needs into `dist`. */
export async function bundle(output: string, dist: string): Promise<void> {
  await mkdir(dist, { recursive: true })
  const entry = join(output, 'till.js')
  await writeFile(entry, "import { main } from './Main/index.js'\nmain()\n")
  await esbuild({
    entryPoints: [entry],
    outfile: join(dist, 'till.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    plugins: [smaller],
  })
  await cp(join(here, 'static'), dist, { recursive: true })
}

/**
 * purs repeats two things at every turn that compress badly: where a pattern has a gap (there are none: each would be a
 * compile error) and how a record is copied.
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
