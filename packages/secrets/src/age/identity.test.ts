import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Identity, identityFile, loadIdentities, newIdentity, parseIdentities } from '../index.ts'

let home = ''
const keys: Identity[] = []
const text = (index: number) => keys[index]!.secret.reveal()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'homerack-age-'))
  for (let i = 0; i < 4; i++) keys.push(await newIdentity())
  await mkdir(join(home, '.config/sops/age'), { recursive: true })
  await writeFile(join(home, '.config/sops/age/keys.txt'), identityFile(keys[0]!, new Date(0)).reveal())
  await writeFile(join(home, 'named'), `# two keys\r\n${text(1)}\r\n\r\n${text(0)}\n`)
  await writeFile(join(home, 'by-env'), text(2))
})
afterAll(() => rm(home, { recursive: true }))

test('a key file is what age-keygen writes', () => {
  expect(identityFile(keys[0]!, new Date('2026-11-22T10:00:00.5Z')).reveal()).toMatch(
    /^# created: 2026-11-22T10:00:00Z\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/,
  )
})

test.each<[string, Parameters<typeof loadIdentities>[0], number[]]>([
  ['the default file', { env: {} }, [0]],
  ['SOPS_AGE_KEY with several words', { env: { SOPS_AGE_KEY: 'KEY3 KEY1' } }, [3, 1, 0]],
  ['SOPS_AGE_KEY_FILE', { env: { SOPS_AGE_KEY_FILE: 'HOME/by-env' } }, [2, 0]],
  ['a named file first, each key once', { file: 'HOME/named', env: {} }, [1, 0]],
  ['XDG_CONFIG_HOME instead', { env: { XDG_CONFIG_HOME: 'HOME/elsewhere' } }, []],
])('finds keys in %s', async (_, sources, expected) => {
  const fill = (value?: string) =>
    value?.replaceAll('HOME', home).replace(/KEY([0-9])/g, (_, index) => text(Number(index)))
  const env = Object.fromEntries(Object.entries(sources?.env ?? {}).map(([name, v]) => [name, fill(v)]))
  const found = await loadIdentities({ file: fill(sources?.file), env, home, platform: 'linux' })
  expect(found.map(({ recipient }) => recipient)).toEqual(expected.map((index) => keys[index]!.recipient))
})

test.each([
  ['a damaged key', 'AGE-SECRET-KEY-1QQQQ', 'keys.txt:1', /not an age identity/],
  ['a recipient', '# x\nage1qqq', 'keys.txt:2', /not an age identity/],
  ['a plugin', 'AGE-PLUGIN-YUBIKEY-1QQQ', 'keys.txt:1', /plugins/],
  ['an SSH key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA', 'keys.txt', /SSH/],
  ['a protected file', '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA', 'keys.txt', /passphrase/],
])('refuses %s without showing it', async (_, content, subject, cause) => {
  const fault = faultsOf(await parseIdentities(content, 'keys.txt').catch((error) => error))?.[0]
  expect(fault).toMatchObject({ code: 'E_AGE_IDENTITY', subject, cause: expect.stringMatching(cause) })
  expect(fault?.hint).toBeTruthy()
  expect(JSON.stringify(fault)).not.toContain('QQQ')
})

test('a named file must exist', async () => {
  const failure = loadIdentities({ file: join(home, 'none'), env: {}, home })
  expect(faultsOf(await failure.catch((error) => error))?.[0]?.code).toBe('E_AGE_IDENTITY')
})
