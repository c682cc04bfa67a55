import { globSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Who may import whom. Everyone may import errors; what is not listed stands alone. */
const allowed: Record<string, readonly string[]> = {
  'packages/errors': [],
  'packages/rack': [],
  'packages/secrets': [],
  'packages/config-gen': ['rack', 'secrets'],
  'packages/talos': [],
  'packages/flasher': [],
  'packages/k8s-deploy': [],
  'packages/virtual-rack': ['talos/protocol', 'talos/image-archive', 'flasher'],
  'apps/provision': ['rack', 'secrets', 'config-gen', 'talos', 'flasher', 'k8s-deploy', 'virtual-rack'],
  'apps/retail-web': [],
  'apps/update-pins': [],
}

const houses = globSync('{packages,apps}/*/package.json', { cwd: root })
  .map((file) => join(file, '..'))
  .sort()

test('every package is in the rule', () => {
  expect(houses).toEqual(Object.keys(allowed).sort())
})

test.each(houses)('%s imports only what it may', (house) => {
  const may = new Set(['errors', ...(allowed[house] ?? [])])
  const forbidden = sourcesOf(house).flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      if (specifier.startsWith('@homerack/')) {
        const name = specifier.slice('@homerack/'.length)
        return may.has(name) ? [] : [`${file}: ${specifier}`]
      }
      if (!specifier.startsWith('.')) return []
      const target = relative(join(root, house), resolve(root, file, '..', specifier))
      return target.startsWith('..') ? [`${file}: ${specifier} leaves the package`] : []
    }),
  )
  expect(forbidden).toEqual([])
})

test('only command-line entry points print or exit', () => {
  const loud = houses
    .filter((house) => house.startsWith('packages/'))
    .flatMap(sourcesOf)
    .filter((file) => !/\/(cli|main)\.ts$|\/commands\//.test(file))
    .filter((file) =>
      /(?<![.\w])console\.(log|error|warn|info|debug)\(|process\.(exit\(|exitCode|stdout|stderr)/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
  expect(loud).toEqual([])
})

function sourcesOf(house: string): string[] {
  return globSync(`${house}/src/**/*.ts`, { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && !file.includes('/gen/'),
  )
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? [])
}
