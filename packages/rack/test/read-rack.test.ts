import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterAll, expect, test } from 'vitest'
import { readRack } from '../src/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'rack-'))
afterAll(() => rm(folder, { recursive: true }))

async function faults(file: string) {
  const error = await readRack(file).then(
    () => undefined,
    (error: unknown) => error,
  )
  return faultsOf(error)?.map(({ code, subject, cause, place }) => ({
    code,
    subject,
    cause,
    line: place?.line,
  }))
}

test('a file that is not there', async () => {
  const file = join(folder, 'none.yaml')
  expect(await faults(file)).toEqual([
    { code: 'E_RACK_NOT_FOUND', subject: file, cause: 'there is no such file', line: undefined },
  ])
})

test('a folder instead of a file', async () => {
  expect(await faults(folder)).toMatchObject([
    { code: 'E_RACK_UNREADABLE', cause: 'is a folder, not a file' },
  ])
})

test('files that it names but that are not there, beside its other faults', async () => {
  const file = join(folder, 'homerack.yaml')
  await writeFile(join(folder, 'here.yaml'), 'machine: {}\n')
  await writeFile(join(folder, 'packed.tgz'), '')
  for (const name of ['plain', 'chart']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'chart', 'Chart.yaml'), 'name: chart\n')
  await writeFile(file, missing)
  expect(await faults(file)).toEqual(
    [
      { code: 'E_PATCH_MISSING', subject: 'cluster', cause: 'there is no file patches/all.yaml', line: 9 },
      { code: 'E_PATCH_MISSING', subject: 'nodeDefaults', cause: 'there is no file defaults.yaml', line: 15 },
      { code: 'E_PATCH_MISSING', subject: 'pi-1', cause: 'there is no file own.yaml', line: 17 },
      {
        code: 'E_ADDRESS_OUTSIDE',
        subject: 'pi-1',
        cause: '192.168.1.51 is not in 192.168.10.0/24',
        line: 17,
      },
      { code: 'W_SINGLE_CONTROL_PLANE', subject: file, cause: expect.any(String), line: 16 },
      { code: 'E_MANIFESTS_MISSING', subject: 'notes', cause: 'there is no folder services/notes', line: 19 },
      { code: 'E_MANIFESTS_MISSING', subject: 'wiki', cause: 'there is no folder here.yaml', line: 20 },
      { code: 'E_MANIFESTS_MISSING', subject: 'shop', cause: 'there is no file shop.ts', line: 21 },
      {
        code: 'E_VALUES_UNUSED',
        subject: 'plain',
        cause: 'values are given, but plain is neither a chart nor a module',
        line: 22,
      },
    ].sort((a, b) => a.line - b.line),
  )
})

const missing = `homerack: 1
name: closet
network:
  cidr: 192.168.10.0/24
  gateway: 192.168.10.1
cluster:
  talos: v1.13.9
  endpoint: 192.168.10.50
  patches: [here.yaml, patches/all.yaml]
secrets:
  recipients: [age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux]
nodeDefaults:
  role: controlplane
  disk: { size: ">= 900 GB" }
  patches: [{ inline: {} }, defaults.yaml]
nodes:
  - { name: pi-1, slot: 1, serial: a1b2c3d4, mac: "2c:cf:67:00:00:01", patches: [{ file: own.yaml }], address: 192.168.1.51 }
services:
  - notes
  - { name: wiki, manifests: here.yaml }
  - { name: shop, manifests: shop.ts, values: { host: shop.home.arpa } }
  - { name: plain, manifests: plain, values: { a: 1 } }
  - { name: packed, manifests: packed.tgz, values: { a: 1 } }
  - { name: chart, manifests: chart, values: { a: 1 } }
`
