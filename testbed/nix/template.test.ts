import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

/** A user's own repository, made from the template, with this flake as its input. */
describe.skipIf(noNix !== undefined)(`the template${noNix ? ` (${noNix})` : ''}`, () => {
  let nix: Nix
  let own: string
  let here: string
  beforeAll(async () => {
    nix = await openNix()
    // Git would keep .homerack, with its disks, from Nix; a plain folder is taken whole, so commands run in another.
    own = await mkdtemp(join(tmpdir(), 'homerack-own-'))
    here = await mkdtemp(join(tmpdir(), 'homerack-here-'))
    await cp(join(nix.source, 'nix/template'), own, { recursive: true })
    await cp(join(own, 'homerack.yaml'), join(here, 'homerack.yaml'))
    const flake = await readFile(join(own, 'flake.nix'), 'utf8')
    expect(flake).toContain('github:OWNER/homerack')
    await writeFile(join(own, 'flake.nix'), flake.replace('github:OWNER/homerack', `path:${nix.source}`))
  })
  afterAll(async () => {
    await nix.close()
    for (const folder of [own, here]) await rm(folder, { recursive: true, force: true })
  })

  const inOwn = (command: string, ...args: string[]) => {
    const nixpkgs = ['--override-input', 'homerack/nixpkgs', `path:${nix.source}/../nixpkgs`]
    return nix.run(['nix', ...command.split(' '), '--offline', '--no-write-lock-file', ...nixpkgs, ...args], {
      cwd: here,
      offline: true,
    })
  }

  test('its apps, its check and its host evaluate', async () => {
    const checked = await inOwn('flake check', '--no-build', `path:${own}`)
    expect(checked.code, checked.stderr).toBe(0)
    const shown = await inOwn('flake show', '--json', `path:${own}`)
    expect(shown.code, shown.stderr).toBe(0)
    const outputs = JSON.parse(shown.stdout) as Record<string, Record<string, object>>
    expect(Object.keys(outputs.apps?.['x86_64-linux'] ?? {}).sort()).toEqual([
      'apply',
      'config-gen',
      'default',
      'plan',
      'push-images',
      'rehearse',
      'send-images',
      'status',
    ])
    expect(Object.keys(outputs.packages?.['x86_64-linux'] ?? {})).toEqual(['retail-api', 'retail-api-image'])
    expect(Object.keys(outputs.nixosConfigurations ?? {})).toEqual(['server'])
    const address = await inOwn(
      'eval',
      '--raw',
      `path:${own}#nixosConfigurations.server.config.networking.defaultGateway.address`,
    )
    expect(address.stdout, address.stderr).toBe('192.168.10.1')
  })

  test('told where PureScript has its libraries, it has the front end, and sends it too', async () => {
    const file = join(own, 'flake.nix')
    const without = await readFile(file, 'utf8')
    await writeFile(file, without.replace(/# (purescriptRegistry = ).*/, '$1"https://libraries.invalid";'))
    const drv = await inOwn(
      'eval',
      '--raw',
      `path:${own}#apps.x86_64-linux.send-images.program`,
      '--apply',
      'program: builtins.head (builtins.attrNames (builtins.getContext program))',
    )
    await writeFile(file, without)
    expect(drv.code, drv.stderr).toBe(0)
    const shown = await nix.run(['nix', 'derivation', 'show', '--recursive', drv.stdout])
    const all = Object.values(
      JSON.parse(shown.stdout) as Record<
        string,
        { name: string; system: string; env: Record<string, string> }
      >,
    )
    const urls = all.flatMap(({ env }) => env.url ?? [])
    expect(urls).toContainEqual(
      expect.stringMatching(/^https:\/\/libraries\.invalid\/halogen\/[0-9.]+\.tar\.gz$/),
    )
    const script = all.find(({ name }) => name === 'send-images')?.env.text
    expect(script).toMatch(/stream-retail-api > .*stream-retail-web > .*provision images/s)
    const arm = all.filter(({ system }) => system === 'aarch64-linux').map(({ name }) => name)
    expect(arm.sort()).toEqual(['host-static-web-server', 'retail-api-0.1.0'])
  })

  // As long as the rehearsal of the flake's own test.
  test.runIf(process.env.HOMERACK_LONG)('nix run .#rehearse brings its rack up', async () => {
    const run = await inOwn('run', `path:${own}#rehearse`, '--', '--speed', '0', '--output', 'plain')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    expect(run.stdout + run.stderr).toContain('closet is ready')
  })

  test('a homerack.yaml that does not hold is refused with its place', async () => {
    const file = join(here, 'homerack.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('192.168.10.52', '192.168.1.52'))
    const run = await inOwn('run', `path:${own}#rehearse`)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/homerack\.yaml:\d+:\d+\s+E_ADDRESS_OUTSIDE/)
  })

  test('without a homerack.yaml the commands say where they look', async () => {
    await rm(join(here, 'homerack.yaml'))
    const run = await inOwn('run', `path:${own}#status`)
    expect(run.stderr).toContain('there is no homerack.yaml in')
  })

  test('without pins for the image, plan says so before it looks at anything', async () => {
    const run = await inOwn('run', `path:${own}#plan`)
    expect(run.code).not.toBe(0)
    expect(run.stderr).toMatch(/nix run \.#update-pins/)
  })
})
