import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

const commands = ['provision', 'config-gen', 'flasher', 'k8s-deploy', 'update-pins']

describe.skipIf(noNix !== undefined)(`the flake${noNix ? ` (${noNix})` : ''}`, () => {
  let nix: Nix
  let work: string
  beforeAll(async () => {
    nix = await openNix()
    work = await mkdtemp(join(tmpdir(), 'homerack-flake-'))
  })
  afterAll(async () => {
    await nix.close()
    await rm(work, { recursive: true, force: true })
  })

  test('flake.lock is in sync with the inputs', async () => {
    const locked = await nix.run([
      'nix',
      'flake',
      'lock',
      '--offline',
      '--no-update-lock-file',
      `path:${nix.source}`,
    ])
    expect(locked, locked.stderr).toMatchObject({ code: 0 })
  })

  test('every output of every system evaluates', async () => {
    const started = performance.now()
    const checked = await nix.nix('flake check', ['--all-systems', '--no-build', 'flake:'])
    expect(checked.code, checked.stderr).toBe(0)
    console.log(
      `flake check --all-systems --no-build: ${((performance.now() - started) / 1000).toFixed(1)} s`,
    )
  })

  test('the checks hold', async () => {
    // A rehearsal in the build sandbox, which has no network, is as long as the one below.
    const all = await nix.evaluate<string[]>('checks.x86_64-linux', 'builtins.attrNames')
    const checks = all.filter((name) => name !== 'rehearsal' || process.env.HOMERACK_LONG)
    const outputs = checks.map((name) => `flake:checks.x86_64-linux.${name}`)
    const built = await nix.nix('build', ['--no-link', ...outputs])
    expect(built.code, built.stderr).toBe(0)
    expect(all).toEqual(expect.arrayContaining(['bundle-sizes', 'docs', 'netboot-tree', 'rehearsal']))
    console.log((await readFile(await nix.build('checks.x86_64-linux.bundle-sizes'), 'utf8')).trim())
  })

  test.each(commands)('%s starts from its bundle, without a network', async (name) => {
    const help = await nix.nix('run', [`flake:${name}`, '--', '--help'], { offline: true, cwd: work })
    expect(help.code, help.stderr).toBe(0)
    expect(help.stdout).toMatch(new RegExp(`^Usage: ${name} `))
  })

  test('how long a warm start takes', async () => {
    const started = performance.now()
    const help = await nix.nix('run', ['flake:provision', '--', '--help'])
    expect(help.code).toBe(0)
    console.log(`nix run .#provision -- --help, warm: ${((performance.now() - started) / 1000).toFixed(2)} s`)
  })

  test('nix run .#provision -- rehearse completes without a network', async () => {
    const run = await nix.nix(
      'run',
      ['flake:provision', '--', 'rehearse', '--speed', '0', '--output', 'json'],
      {
        offline: true,
        cwd: work,
      },
    )
    expect(run.code, `${run.stdout.slice(-2000)}${run.stderr}`).toBe(0)
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(events.at(-1)).toMatchObject({ type: 'report' })
  }, 900_000)

  test('what lacks a pin says how to get it', async () => {
    const built = await nix.nix('build', ['--no-link', 'flake:pi5-image'])
    expect(built.code).not.toBe(0)
    expect(built.stderr).toMatch(
      /nix\/pins\.json does not know the image \S+ for linux\/amd64 yet; .*nix run \.#update-pins/,
    )
  })

  test('another system is refused in a sentence', async () => {
    const built = await nix.nix('build', ['--no-link', 'flake:packages.riscv64-linux.provision'])
    expect(built.stderr).toMatch(/does not provide attribute .*'packages\.riscv64-linux\.provision'/)
  })

  test('the dev shell is entered', async () => {
    // talosctl is fetched as it was released, which needs a network.
    const shell = await nix.evaluate<string>(
      'devShells.x86_64-linux.default',
      `shell: (shell.overrideAttrs (before: {
        nativeBuildInputs = builtins.filter (tool: !(tool.meta.mainProgram or "" == "talosctl")) before.nativeBuildInputs;
      })).drvPath`,
    )
    const inside = ['sh', '-c', 'node --version; command -v purs; command -v spago']
    const entered = await nix.run(['nix', 'develop', '--offline', shell, '--command', ...inside])
    expect(entered.code, entered.stderr).toBe(0)
    expect(entered.stdout).toMatch(/^v24\..*\n.*\/bin\/purs\n.*\/bin\/spago\n$/)
  })
})
