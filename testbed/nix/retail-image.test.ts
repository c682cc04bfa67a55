import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../apps/retail-web/serve.ts'
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

  test('an image with a shell is found', async () => {
    const withShell = `check: check.override (with_: { images = map (image: image.override (before: {
      retail-api = before.retail-api.overrideAttrs (api: { installPhase = api.installPhase + "cp $out/bin/* $out/bin/bash"; });
    })) [ (builtins.head with_.images) ]; })`
    await expect(nix.buildChanged('checks.x86_64-linux.images-without-shell', withShell)).rejects.toThrow(
      /bin\/bash\n.*retail-api has a shell/,
    )
  })

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

type Derivation = {
  readonly outputs: { readonly out: { readonly hash?: string } }
  readonly env: Record<string, string>
}

/** What would be fetched, built and said: compiling wants purs and the libraries, which are not here. */
describe.skipIf(noNix !== undefined)(`the front end's image${noNix ? ` (${noNix})` : ''}`, () => {
  let nix: Nix
  beforeAll(async () => {
    nix = await openNix()
  })
  afterAll(() => nix.close())

  test('without the address of the libraries it says what it wants', async () => {
    const built = await nix.nix('build', ['--no-link', 'flake:legacyPackages.x86_64-linux.retail-web-image'])
    expect(built.code).not.toBe(0)
    expect(built.stderr).toMatch(/PureScript registry.*HOMERACK_PURESCRIPT_REGISTRY and add --impure/)
  })

  test.each([
    ['x86_64-linux', 'amd64'],
    ['aarch64-linux', 'arm64'],
  ])(
    'on %s each library of spago.lock is fetched by its hash, and the image says how it runs',
    async (system, architecture) => {
      const shown = await nix.run([
        'env',
        'HOMERACK_PURESCRIPT_REGISTRY=https://libraries.invalid',
        ...['nix', 'derivation', 'show', '--recursive', '--impure', '--offline', '--no-write-lock-file'],
        ...['--override-input', 'nixpkgs', `path:${join(nix.source, '../nixpkgs')}`],
        `path:${nix.source}#legacyPackages.${system}.retail-web-image`,
      ])
      expect(shown.code, shown.stderr).toBe(0)
      const all = Object.values(JSON.parse(shown.stdout) as Record<string, Derivation>)
      const lock = JSON.parse(await readFile(join(nix.source, 'apps/retail-web/spago.lock'), 'utf8')) as {
        packages: Record<string, { version: string; integrity: string }>
      }
      const fetched = all.flatMap(({ env, outputs }) =>
        env.url?.startsWith('https://libraries.invalid/') ? [`${env.url} ${outputs.out.hash}`] : [],
      )
      const wanted = Object.entries(lock.packages).map(
        ([name, { version, integrity }]) =>
          `https://libraries.invalid/${name}/${version}.tar.gz ${Buffer.from(integrity.slice('sha256-'.length), 'base64').toString('hex')}`,
      )
      expect(wanted.length).toBeGreaterThan(50)
      expect(fetched.sort()).toEqual(wanted.sort())

      const said = all.find(({ env }) => env.name === 'config.json')?.env.text ?? ''
      expect(JSON.parse(said)).toMatchObject({
        architecture,
        config: {
          Entrypoint: [
            expect.stringMatching(/\/bin\/static-web-server$/),
            '--config-file',
            expect.stringMatching(/retail-web\.toml$/),
            '--root',
            expect.stringMatching(/-retail-web-0\.1\.0$/),
          ],
          User: '65532:65532',
          Labels: { 'org.opencontainers.image.title': 'retail-web' },
        },
      })
    },
  )

  test('its files are put together by the build script of the app', async () => {
    // Without the libraries, which the compiler of these tests does not read either.
    const files = await nix.buildChanged(
      'legacyPackages.x86_64-linux.retail-web',
      'package: package.overrideAttrs (_: { libraries = [ ]; preBuild = "mkdir -p .spago/p/halogen-0.0.0/src"; })',
    )
    const names = await readdir(files)
    expect(names.map((name) => name.replace(/-[A-Z0-9]{8}\./, '.')).sort()).toEqual([
      ...['icon.svg', 'index.html', 'index.js', 'office.html', 'office.js', 'style.css', 'worker.js'],
    ])
    for (const script of names.filter((name) => /^(index|office)-.*js$/.test(name)))
      expect(await readFile(join(files, script), 'utf8')).toContain('not compiled here')
  })

  test('its server has the policy of the page', async () => {
    const settings = await readFile(join(nix.source, 'nix/packages/retail-web.toml'), 'utf8')
    expect(settings).toContain(`Content-Security-Policy = "${contentSecurityPolicy}"`)
  })
})
