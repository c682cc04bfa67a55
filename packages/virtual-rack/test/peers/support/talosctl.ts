import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from '@homerack/testbed'
import { stringify } from 'yaml'
import { resolveThrough } from '../../../src/index.ts'
import type { RunningRack } from '../../fixtures/running-rack.ts'

const execute = promisify(execFile)

/** Both versions of talosctl, titled with their version or with why they are missing. */
export const talosctls = (['talosctl-1.13', 'talosctl-1.14'] as const).map((name) => {
  const peer = findPeer(name)
  const title = 'missing' in peer ? `${name} (${peer.missing})` : `talosctl ${peer.version}`
  return { title, path: 'missing' in peer ? undefined : peer.path }
})

/** A home folder with the administrator's talosconfig for a rack. */
export type TalosctlHome = {
  folder: string
  environment: { HOME: string; TALOSCONFIG: string }
  /** The loopback address that plays an address of the rack. */
  at(address: string): string
  /** What a program said on both streams. Rejects, with what it said, if it fails or takes too long. */
  run(path: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>
  remove(): Promise<void>
}

export async function talosctlHome(rack: RunningRack): Promise<TalosctlHome> {
  const folder = await mkdtemp(join(tmpdir(), 'talosctl-'))
  const at = resolveThrough(await rack.client.status())
  const environment = { HOME: folder, TALOSCONFIG: join(folder, 'talosconfig') }
  const { os, admin } = rack.secrets
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const key = base64(admin.key.replaceAll('PRIVATE KEY', 'ED25519 PRIVATE KEY'))
  const endpoints = [at('192.168.10.51')]
  const closet = { endpoints, nodes: endpoints, ca: base64(os.crt), crt: base64(admin.crt), key }
  await writeFile(environment.TALOSCONFIG, stringify({ context: 'closet', contexts: { closet } }))
  return {
    folder,
    environment,
    at,
    run: (path, ...args) => execute(path, args, { cwd: folder, env: environment, timeout: 110_000 }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
