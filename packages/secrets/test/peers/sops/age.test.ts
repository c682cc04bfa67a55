import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { unwrapKey, wrapKey } from '../../../src/age/wrap-key.ts'
import { identityFile, loadIdentities, newIdentity } from '../../../src/index.ts'

const run = promisify(execFile)
const peer = findPeer('age')
const age = 'missing' in peer ? '' : peer.path
const key = Uint8Array.from({ length: 32 }, (_, index) => index)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-age-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach((context) => {
  if ('missing' in peer) context.skip(peer.missing)
})

test('age opens what we wrap, with a key file that we wrote', async () => {
  const identity = await newIdentity()
  await writeFile(join(folder, 'keys.txt'), identityFile(identity, new Date()).reveal(), { mode: 0o600 })
  await writeFile(join(folder, 'wrapped'), await wrapKey(key, identity.recipient))
  const args = ['--decrypt', '--identity', join(folder, 'keys.txt'), join(folder, 'wrapped')]
  expect([...execFileSync(age, args)]).toEqual([...key])
})

test('we open what age wraps for a key of age-keygen', async () => {
  await run(join(dirname(age), 'age-keygen'), ['-o', join(folder, 'theirs.txt')])
  const [theirs] = await loadIdentities({ file: join(folder, 'theirs.txt'), env: {}, home: folder })
  const stranger = await newIdentity()
  const args = ['--armor', '--recipient', stranger.recipient, '--recipient', theirs?.recipient ?? '']
  const wrapped = execFileSync(age, args, { input: key }).toString()
  expect(await unwrapKey(wrapped, theirs ? [theirs] : [])).toEqual(key)
  expect(await unwrapKey(wrapped, [await newIdentity()])).toBe('not for us')
  expect(await unwrapKey(wrapped.replace(/^[A-Za-z0-9]{9}/m, 'AAAAAAAAA'), [stranger])).toBe('damaged')
})
