import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityFile, newIdentity } from '@homerack/secrets'
import { afterAll, beforeAll, expect, test } from 'vitest'

const cli = join(import.meta.dirname, '../src/cli.ts')
const example = join(import.meta.dirname, '../../../examples/three-pi/homerack.yaml')
let folder: string

/** Runs the command in the rack's folder, with the identity that the rack is encrypted for. */
function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    SOPS_AGE_KEY_FILE: join(folder, 'key.txt'),
    HOME: folder,
    XDG_CONFIG_HOME: folder,
  }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=source', cli, ...args],
      { cwd: folder, env },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const read = (name: string) => readFile(join(folder, name), 'utf8')
const mode = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-gen-'))
  const identity = await newIdentity()
  await writeFile(join(folder, 'key.txt'), identityFile(identity, new Date()).reveal(), { mode: 0o600 })
  const text = await readFile(example, 'utf8')
  const withoutServices = text.slice(0, text.indexOf('\nservices:'))
  await writeFile(join(folder, 'homerack.yaml'), withoutServices.replace(/age1[a-z0-9]+/, identity.recipient))
  const made = await run('secrets', 'new')
  expect(made.err).toBe('')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('secrets new writes an encrypted file, once', async () => {
  expect(await mode('secrets.sops.yaml')).toBe('600')
  expect(await read('secrets.sops.yaml')).toMatch(/os:\n +crt: ENC\[AES256_GCM/)
  const before = await read('secrets.sops.yaml')
  const again = await run('secrets', 'new')
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('E_SECRETS_EXIST')])
  expect(await read('secrets.sops.yaml')).toBe(before)
})

test('secrets show tells when certificates expire, and secrets only when asked', async () => {
  const { out } = await run('secrets', 'show')
  expect(out).toMatch(/^os +valid .* O=talos$/m)
  expect((await run('secrets', 'show', '--reveal')).out).toMatch(/bootstraptoken: \w{6}\.\w{16}/)
})

test('machine redacts, or writes one private file per node', async () => {
  expect((await run('machine', 'pi-1')).out).toContain('token: ‹redacted›')
  await run('machine', '--reveal', '--out', 'configs')
  expect(await mode('configs/pi-3.yaml')).toBe('600')
  const adopted = await run('secrets', 'adopt', 'configs/pi-3.yaml', '--out', 'adopted.sops.yaml')
  expect(adopted.err).toBe('')
  expect((await run('validate', 'configs/pi-1.yaml', 'configs/pi-2.yaml')).out).toContain('pi-2.yaml: valid')
})

test('validate refuses a rack with secrets in plain text in its folder, and says all that is wrong', async () => {
  const folderNamed = async (name: string) => {
    await mkdir(join(folder, name), { recursive: true })
    for (const file of ['homerack.yaml', 'secrets.sops.yaml'])
      await writeFile(join(folder, name, file), await read(file))
    return ['validate', '--rack', join(name, 'homerack.yaml')]
  }
  const validate = await folderNamed('rack')
  expect((await run(...validate)).out).toContain('pi-3: valid for Talos v1.13')
  const key = await read('key.txt')
  await mkdir(join(folder, 'rack/testdata'))
  await writeFile(join(folder, 'rack/testdata/key.txt'), key)
  expect((await run(...validate)).code).toBe(0)
  await writeFile(join(folder, 'rack/notes.txt'), `${key}${key}`)
  const patched = (await read('homerack.yaml')).replace(
    'cluster:\n',
    'cluster:\n  patches: [{ inline: { machine: { nodeLables: { shelf: top } } } }]\n',
  )
  await writeFile(join(folder, 'rack/homerack.yaml'), patched)
  const { code, err } = await run(...validate)
  expect(code).toBe(1)
  expect(err).toMatch(/notes\.txt:\d+:1 {2}E_PLAINTEXT_SECRET/)
  expect(err).toMatch(/and 1 more in this file\n[\s\S]*sops encrypt/)
  expect(err.match(/E_CONFIG_FIELD/g)).toHaveLength(1)
  expect(err).not.toMatch(/AGE-SECRET-KEY-1[A-Z0-9]{4}/)
})

test('diff finds what was changed and shows no secret', async () => {
  await run('machine', 'pi-2', '--reveal', '--out', 'pi-2.yaml')
  expect((await run('diff', 'pi-2.yaml')).code).toBe(0)
  const text = await read('pi-2.yaml')
  await writeFile(
    join(folder, 'pi-2.yaml'),
    text.replace(/token: .*/, 'token: abcdef.abcdefabcdefabcd').replace('end0', 'end1'),
  )
  const { code, out } = await run('diff', 'pi-2.yaml')
  expect(code).toBe(1)
  expect(out).toContain('machine.token\n    rack  ‹redacted›\n    file  ‹redacted›')
  expect(out).toContain('LinkConfig end1: name')
  expect(out).not.toContain('abcdef.abcdefabcdefabcd')
})

test('credentials are minted', async () => {
  await run('talosconfig', '--role', 'os:reader', '--days', '3', '--out', 'talosconfig')
  expect(await mode('talosconfig')).toBe('600')
  expect(await read('talosconfig')).toContain('- 192.168.10.53')
  expect((await run('kubeconfig', '--user', 'eve')).out).toContain('current-context: eve@closet')
})

test('secrets rotate replaces the named authority only', async () => {
  const lines = async () =>
    (await read('secrets.sops.yaml')).split('\n').filter((line) => line.includes('ENC['))
  const before = await lines()
  const { out } = await run('secrets', 'rotate', 'os')
  expect(out).toContain('acceptedCAs')
  const changed = (await lines()).filter((line) => !before.includes(line))
  expect(changed.map((line) => line.trim().split(':')[0])).toEqual(['crt', 'key', 'mac'])
})

test.each([
  ['E_NODE', ['machine', 'pi-9']],
  ['E_RACK_NOT_FOUND', ['validate', '--rack', 'nowhere.yaml']],
  ['E_AUTHORITY', ['secrets', 'rotate', 'etcd']],
  ['E_TALOS_ROLE', ['talosconfig', '--role', 'os:root']],
  ['E_FILE', ['diff', 'nowhere.yaml']],
])('%s without a stack trace', async (code, args) => {
  const { err, code: exit } = await run(...args)
  expect(err).toContain(code)
  expect(err).not.toMatch(/^ +at /m)
  expect(exit).toBe(1)
})

test('a wrong word is refused, not run', async () => {
  expect((await run('machin')).err).toContain('Did you mean machine?')
  expect((await run('talosconfig', '--days', '-1')).code).toBe(1)
})
