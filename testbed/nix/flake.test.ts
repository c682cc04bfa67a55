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

  test('every output of every system evaluates, each package once', async () => {
    const command = nix.words('flake check', ['--all-systems', '--no-build', 'flake:'])
    const checked = await nix.run(['env', 'NIX_SHOW_STATS=1', ...command])
    expect(checked.code, checked.stderr).toBe(0)
    const { cpuTime, nrFunctionCalls } = JSON.parse(checked.stderr.slice(checked.stderr.indexOf('\n{'))) as {
      cpuTime: number
      nrFunctionCalls: number
    }
    console.log(`flake check --all-systems --no-build: ${cpuTime.toFixed(2)} s, ${nrFunctionCalls} calls`)
    // Calls stand for time, which is another on a busy machine: 1.6 million took 1.9 s.
    expect(nrFunctionCalls).toBeLessThan(1_000_000)
  })

  test('the checks hold', async () => {
    // A rehearsal in the build sandbox, which has no network, is as long as the one below.
    const all = await nix.evaluate<string[]>('checks.x86_64-linux', 'builtins.attrNames')
    const checks = all.filter((name) => name !== 'rehearsal' || process.env.HOMERACK_LONG)
    const outputs = checks.map((name) => `flake:checks.x86_64-linux.${name}`)
    const built = await nix.nix('build', ['--no-link', ...outputs])
    expect(built.code, built.stderr).toBe(0)
    expect(all).toEqual(
      expect.arrayContaining(['docs', 'images-without-shell', 'netboot-tree', 'rehearsal', 'sizes']),
    )
    console.log((await readFile(await nix.build('checks.x86_64-linux.sizes'), 'utf8')).trim())
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

  test('nix run .#provision -- rehearse completes without a network, and .#send-images gives its nodes the back end', async () => {
    const rack = join(nix.source, 'examples/three-pi/homerack.yaml')
    const inTurn = [
      ['provision', '--', 'rehearse', rack, '--keep', '--speed', '0', '--output', 'json'],
      ['send-images', '--', '--rack', rack, '--rehearsal', '--output', 'json'],
      ['provision', '--', 'stop', rack],
    ]
    // All in one network, which ends with this command.
    const script = inTurn.map(([name, ...args]) => nix.words('run', [`flake:${name}`, ...args]).join(' '))
    const run = await nix.run(['sh', '-c', script.join(' && ')], { offline: true, cwd: work })
    expect(run.code, `${run.stdout.slice(-2000)}${run.stderr}`).toBe(0)
    const events = run.stdout
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { type: string; image?: string })
    expect(events).toContainEqual(expect.objectContaining({ type: 'report', result: 'ok' }))
    expect(events.filter(({ type }) => type === 'imported').map(({ image }) => image)).toEqual(
      Array(3).fill('docker.io/library/retail-api:0.1.0'),
    )
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
    const inside = ['sh', '-c', 'node --version; command -v purs']
    const entered = await nix.run(['nix', 'develop', '--offline', shell, '--command', ...inside])
    expect(entered.code, entered.stderr).toBe(0)
    expect(entered.stdout).toMatch(/^v24\..*\n.*\/bin\/purs\n$/)
  })
})
