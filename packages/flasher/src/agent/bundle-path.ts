import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'

/**
 * Path of the flash agent: one file that needs nothing but Node, to be served to boards by its hash. Where this
 * package runs from its sources (in tests), the file is bundled from them first.
 * @throws FaultError E_AGENT_BUNDLE if the package was not built
 */
export function agentBundlePath(): string {
  if (import.meta.filename.endsWith('.ts')) return bundleFromSource()
  const path = join(import.meta.dirname, 'agent.mjs')
  if (existsSync(path)) return path
  throw new FaultError({
    code: 'E_AGENT_BUNDLE',
    subject: path,
    cause: 'the flash agent is not built',
    hint: 'Build the package: pnpm --filter @homerack/flasher build',
  })
}

let bundled: string | undefined

function bundleFromSource(): string {
  if (bundled) return bundled
  const esbuild: typeof import('esbuild') = createRequire(import.meta.url)('esbuild')
  const folder = join(import.meta.dirname, '../../node_modules/.cache/flash-agent')
  const [output] = esbuild.buildSync({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['source'],
    write: false,
  }).outputFiles
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'agent.mjs')
  // Several test processes may come here at once: the file is replaced whole, and only if it changed.
  if (output && !(existsSync(path) && readFileSync(path).equals(output.contents))) {
    writeFileSync(`${path}.${process.pid}`, output.contents)
    renameSync(`${path}.${process.pid}`, path)
  }
  bundled = path
  return path
}
