import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { identityFile, newIdentity } from '@homerack/secrets'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { machine } from '../src/commands/machine.ts'
import { newSecrets, showSecrets } from '../src/commands/secrets.ts'

const example = join(import.meta.dirname, '../../../examples/three-pi/homerack.yaml')
let folder: string
const good = { rack: '', secrets: '', plain: '' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-gen-'))
  vi.stubEnv('HOME', folder)
  vi.stubEnv('XDG_CONFIG_HOME', folder)
  vi.stubEnv('SOPS_AGE_KEY', undefined)
  vi.stubEnv('SOPS_AGE_KEY_FILE', undefined)
  const [ours, stranger] = [await newIdentity(), await newIdentity()]
  await put('ours.txt', identityFile(ours, new Date()).reveal())
  await put('stranger.txt', identityFile(stranger, new Date()).reveal())
  const text = await readFile(example, 'utf8')
  good.rack = text.slice(0, text.indexOf('\nservices:')).replace(/age1[a-z0-9]+/, ours.recipient)
  await put('homerack.yaml', good.rack)
  await newSecrets(options('ours.txt'), () => {})
  await showSecrets({ ...options('ours.txt'), reveal: true }, (plain) => {
    good.plain = plain
  })
  good.secrets = await readFile(join(folder, 'secrets.sops.yaml'), 'utf8')
})
afterEach(async () => {
  await put('homerack.yaml', good.rack)
  await put('secrets.sops.yaml', good.secrets)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const put = (name: string, text: string) => writeFile(join(folder, name), text)
const options = (identity?: string) => ({
  rack: join(folder, 'homerack.yaml'),
  ...(identity && { identity: join(folder, identity) }),
})
const patched = (patch: string) =>
  put('homerack.yaml', good.rack.replace('cluster:\n', `cluster:\n  patches: [{ inline: ${patch} }]\n`))
const cluster = (key: string, version: string) =>
  put('homerack.yaml', good.rack.replace(new RegExp(`(\\b${key}:) v\\S+`), `$1 ${version}`))
const cutPem = (text: string) =>
  text.replace(/(os:\n +crt: )(\S+)/, (_, start: string, crt: string) => {
    const pem = Buffer.from(crt, 'base64').toString()
    return start + Buffer.from(pem.slice(0, 200)).toString('base64')
  })

const cases: readonly [code: string, damage: () => Promise<unknown>, identity?: string, plain?: string][] = [
  [
    'E_SOPS_MAC',
    () => put('secrets.sops.yaml', good.secrets.replace(/lastmodified: "2/, 'lastmodified: "3')),
  ],
  ['E_SOPS_NO_IDENTITY', async () => {}, ''],
  ['E_SOPS_WRONG_RECIPIENT', async () => {}, 'stranger.txt'],
  ['E_PEM', () => put('secrets.yaml', cutPem(good.plain)), '', 'secrets.yaml'],
  ['E_TALOS_UNSUPPORTED', () => cluster('talos', 'v1.99.0')],
  ['E_KUBERNETES_UNSUPPORTED', () => cluster('kubernetes', 'v1.20.0')],
  [
    'E_PATCH_NO_TARGET',
    () => patched('{ apiVersion: v1alpha1, kind: SwapVolumeConfig, name: s, $patch: delete }'),
  ],
  ['E_PATCH_JSON6902', () => patched('"- { op: add, path: /machine/a, value: b }"')],
  ['E_CONFIG_KIND', () => patched('{ machin: {} }')],
]

test.each(cases)(
  '%s, with a hint, and nothing written',
  async (code, damage, identity = 'ours.txt', plain) => {
    await damage()
    const before = await readdir(folder)
    const out = join(folder, 'out')
    const withSecrets = plain ? { withSecrets: join(folder, plain) } : {}
    const print = vi.fn()
    const error: unknown = await machine(
      undefined,
      { ...options(identity), ...withSecrets, out, reveal: true },
      print,
    ).catch((thrown: unknown) => thrown)
    expect(faultsOf(error)).toEqual([expect.objectContaining({ code, hint: expect.stringMatching(/\w/) })])
    expect(await readdir(folder)).toEqual(before)
    expect(print).not.toHaveBeenCalled()
  },
)
