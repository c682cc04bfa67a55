import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FaultError } from '@homerack/errors'

/**
 * The rack process' program, bundled: what to hand to Node.
 *
 * @throws FaultError E_RACK_NOT_BUILT in a source tree without a build.
 */
export function rackBundlePath(): string {
  for (const place of ['./virtual-rack.js', '../../dist/virtual-rack.js']) {
    const path = fileURLToPath(new URL(place, import.meta.url))
    if (existsSync(path)) return path
  }
  throw new FaultError({
    code: 'E_RACK_NOT_BUILT',
    subject: '@homerack/virtual-rack',
    cause: 'dist/virtual-rack.js is not there',
    hint: 'Build the packages first: npm run build',
  })
}

/** Node's arguments that run the rack process: a caller running from source runs the rack from source. */
export function rackProgram(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [rackBundlePath()]
  const source = fileURLToPath(new URL('../cli.ts', import.meta.url))
  return ['--conditions=source', '--disable-warning=ExperimentalWarning', source]
}
