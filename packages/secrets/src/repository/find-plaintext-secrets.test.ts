import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatFault } from '@homerack/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encryptSops, findPlaintextSecrets, newIdentity } from '../index.ts'

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const base64 = Buffer.from(pem).toString('base64')
const certificate = Buffer.from(`-----BEGIN CERTIFICATE-----\n${'A'.repeat(80)}\n`).toString('base64')
const random = 'cmFuZG9tcmFuZG9tcmFuZG9tcmFuZG9tcmFuZG9tcmE='

let root = ''
const put = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}
const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' })

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'homerack-scan-'))
})
afterEach(() => rm(root, { recursive: true }))

test.each([
  ['talosconfig', `contexts:\n  home:\n    crt: ${certificate}\n    key: ${base64}\n`, [4]],
  ['kubeconfig.json', `{"users":[{"user":{"client-key-data":"${base64}"}}]}`, [1]],
  ['secrets.yaml', `secrets:\n  bootstraptoken: abcdef.0123456789abcdef\n  x: 1\n`, [2]],
  [
    'controlplane.yaml',
    `machine:\n  token: abcdef.0123456789abcdef\ncluster:\n  secretboxEncryptionSecret: ${random}\n`,
    [2, 4],
  ],
  ['id_ed25519', `text\n${pem}`, [2]],
  ['inline.yaml', `key: |\n  ${pem.replaceAll('\n', '\n  ')}`, [2]],
  ['certificate.yaml', `crt: ${certificate}\n`, []],
  ['code.ts', `const begin = '-----BEGIN PRIVATE KEY-----'\ntoken: string\n`, []],
  ['README.md', 'AGE-SECRET-KEY-1... is private, -----BEGIN PRIVATE KEY----- too\n', []],
  ['binary', `\0${pem}`, []],
])('%s', async (path, text, lines) => {
  await put(path, text)
  const faults = await findPlaintextSecrets(root)
  expect(faults.map(({ place }) => place?.line)).toEqual(lines)
  for (const fault of faults) {
    expect(fault).toMatchObject({ code: 'E_PLAINTEXT_SECRET', subject: path, hint: /sops encrypt/ })
    const secrets = [base64, random, 'abcdef.0123456789abcdef', pem.split('\n')[1] ?? 'never']
    for (const secret of secrets) expect(formatFault(fault)).not.toContain(secret.slice(0, 12))
  }
})

test('an age key file is found, the same key encrypted by sops is not', async () => {
  const { secret, recipient } = await newIdentity()
  await put('keys.txt', `# public key: ${recipient}\n${secret.reveal()}\n`)
  const encrypted = await encryptSops({ key: secret, pem }, { format: 'yaml', recipients: [recipient] })
  await put('keys.sops.yaml', encrypted)
  expect((await findPlaintextSecrets(root)).map(({ subject }) => subject)).toEqual(['keys.txt'])
})

test('in a Git repository ignored files are left out, committed ones never', async () => {
  git('init', '--quiet')
  await put('.gitignore', 'ignored\nforced\n')
  for (const path of ['ignored', 'forced', 'new ü', 'sub/new']) await put(path, pem)
  git('add', '--force', 'forced')
  await symlink('nowhere', join(root, 'dangling'))
  expect((await findPlaintextSecrets(root)).map(({ subject }) => subject)).toEqual([
    'forced',
    'new ü',
    'sub/new',
  ])
  const ignore = (path: string) => path.startsWith('sub/')
  expect(await findPlaintextSecrets(root, { ignore })).toHaveLength(2)
  expect((await findPlaintextSecrets(join(root, 'sub'))).map(({ subject }) => subject)).toEqual(['new'])
})

test('elsewhere every file counts, but not those of packages', async () => {
  await put('node_modules/a/key.pem', pem)
  await put('deep/key.pem', pem)
  expect((await findPlaintextSecrets(root)).map(({ subject }) => subject)).toEqual(['deep/key.pem'])
})

test('it can be cancelled', async () => {
  await put('key.pem', pem)
  await expect(findPlaintextSecrets(root, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
})
