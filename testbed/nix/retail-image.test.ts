import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPeer } from '../index.ts'
import { type Nix, noNix, openNix } from './support/open-nix.ts'
import { type LocalRegistry, startRegistry } from './support/start-registry.ts'

const peers = (['docker-registry', 'skopeo', 'jq'] as const).map(findPeer)
const missing = noNix ?? peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))[0]

/** What the image says and how it travels; the program in it is compiled only with nixpkgs' GHC. */
describe.skipIf(missing !== undefined)(`the retail image${missing ? ` (${missing})` : ''}`, () => {
  let nix: Nix
  let work: string
  let registry: LocalRegistry
  beforeAll(async () => {
    nix = await openNix()
    work = await mkdtemp(join(tmpdir(), 'homerack-retail-'))
    registry = await startRegistry(work)
  })
  afterAll(async () => {
    registry?.stop()
    await nix.close()
    await rm(work, { recursive: true, force: true })
  })

  test.each([
    ['x86_64-linux', 'amd64'],
    ['aarch64-linux', 'arm64'],
  ])(
    'on %s it is for %s, runs as nobody, and has the program as its entry point',
    async (system, architecture) => {
      const push = await nix.nix('run', [
        `flake:apps.${system}.push-images`,
        '--',
        `${registry.host}/shop`,
        '--dest-tls-verify=false',
        '--quiet',
      ])
      expect(push.code, push.stderr).toBe(0)
      const inspected = await nix.run([
        'skopeo',
        'inspect',
        '--tls-verify=false',
        '--config',
        '--override-arch',
        architecture,
        `docker://${registry.host}/shop/retail-api:0.1.0`,
      ])
      const image = JSON.parse(inspected.stdout) as { architecture: string; config: Record<string, unknown> }
      expect(image.architecture).toBe(architecture)
      expect(image.config).toMatchObject({
        Entrypoint: [expect.stringMatching(/^\/nix\/store\/\S+-retail-api-0\.1\.0\/bin\/retail-api$/)],
        Cmd: ['serve'],
        User: '65532:65532',
        Labels: { 'org.opencontainers.image.title': 'retail-api' },
      })
    },
  )

  test('it comes out the same when it is built again', async () => {
    const again = await nix.nix('build', ['--rebuild', '--no-link', 'flake:retail-api-image'])
    expect(again.code, again.stderr).toBe(0)
  })

  test('without a registry push-images says what it wants', async () => {
    const push = await nix.nix('run', ['flake:push-images'])
    expect(push).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage: push-images REGISTRY/FOLDER'),
    })
  })
})
