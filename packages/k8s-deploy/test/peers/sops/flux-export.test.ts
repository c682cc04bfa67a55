import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { manifestsOf } from '../../manifests-of.ts'
import { createVirtualCluster, rackAddress } from '../../virtual-cluster.ts'
import { needPeer } from '../kubernetes/peer.ts'

const exec = promisify(execFile)
const cli = join(import.meta.dirname, '../../../src/cli.ts')

test('sops reads the Secret of an export with the key of its recipient', async (context) => {
  const sops = needPeer(context, 'sops')
  const keygen = join(dirname(needPeer(context, 'age')), 'age-keygen')
  const folder = await mkdtemp(join(tmpdir(), 'flux-sops-'))
  const virtual = await createVirtualCluster()
  try {
    const key = join(folder, 'key.txt')
    await exec(keygen, ['-o', key])
    const recipient = /public key: (age1\w+)/.exec(await readFile(key, 'utf8'))?.[1] ?? ''
    const file = (name: string) => join(folder, name)
    await writeFile(file('kubeconfig'), virtual.kubeconfig.replace(rackAddress, '127.0.0.1'))
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { password: 'hunter2' },
    }
    await exec('mkdir', [file('notes')])
    await writeFile(join(file('notes'), 's.json'), JSON.stringify(secret))
    const args = ['--repository', 'https://git.home.arpa/rack', '--kubeconfig', file('kubeconfig')]
    await exec(
      process.execPath,
      [
        ...['--conditions=source', '--disable-warning=ExperimentalWarning', cli, 'export', file('notes')],
        ...['--flux', file('flux'), '--age', recipient, ...args],
      ],
      { env: { ...process.env, PATH: `${dirname(sops)}:${process.env.PATH}` } },
    )
    const written = join(file('flux'), 'objects/2-secret-s.yaml')
    expect(await readFile(written, 'utf8')).not.toContain('hunter2')
    const { stdout } = await exec(sops, ['decrypt', written], {
      env: { PATH: process.env.PATH ?? '', SOPS_AGE_KEY_FILE: key, HOME: folder },
    })
    expect(manifestsOf(stdout)[0]?.object).toMatchObject({
      metadata: { name: 's', namespace: 'notes' },
      stringData: { password: 'hunter2' },
    })
  } finally {
    await virtual.close()
    await rm(folder, { recursive: true })
  }
})
