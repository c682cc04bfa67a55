// The commands of package.json on a machine that may have only Node 20 and npm:
// gets Node 24 and pnpm from the npm registry, installs, builds, then runs the command.
// Everything it says itself goes to stderr, because stdout belongs to the command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tools = dirname(fileURLToPath(import.meta.url))
const root = dirname(tools)
const [task = 'start', ...args] = process.argv.slice(2)

let env = process.env
const node = installNode()
const pnpm = join(tools, 'node_modules/pnpm/bin/pnpm.cjs')
env = {
  ...process.env,
  PATH: [
    dirname(node),
    join(root, 'node_modules/.bin'),
    join(tools, 'node_modules/.bin'),
    process.env.PATH,
  ].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
}
const bin = (name) => join(root, 'node_modules/.bin', name)
const fromSource = ['--conditions=source', '--disable-warning=ExperimentalWarning']
const vitest = [node, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root]

/** Each command: what runs, in turn, and whether the packages are built first. */
const tasks = {
  build: { build: true, run: [] },
  start: {
    build: true,
    run: [[node, join(root, 'apps/provision/dist/provision.js'), ...startArguments(args)]],
  },
  test: { build: true, run: [[...vitest, ...args]] },
  'test:peers': {
    build: true,
    run: [[...vitest, ...(args.length > 0 ? args.map((suite) => `peers/${suite}`) : ['peers/'])]],
  },
  faults: { build: true, run: [[...vitest, 'test/faults']] },
  bench: { build: true, run: [[node, ...fromSource, join(root, 'bench/run.ts'), ...args]] },
  docs: { run: [[node, ...fromSource, join(root, 'docs/generate.ts'), ...args]] },
  peers: { run: [[node, ...fromSource, join(root, 'testbed/get.ts'), ...args]] },
  lint: {
    run: [
      [bin('biome'), 'check', '--error-on-warnings', '.'],
      [bin('tsc'), '-p', root],
    ],
  },
  format: { run: [[bin('biome'), 'check', '--write', '.']] },
}

if (!Object.hasOwn(tasks, task)) fail(`no command named "${task}": ${Object.keys(tasks).join(', ')}`)
installPackages()
if (tasks[task].build) build()
for (const command of tasks[task].run) run(command)

/** `npm start` rehearses; any other verb of the command may be named instead. */
function startArguments(given) {
  const flagsOnly = given.length === 0 || given[0].startsWith('-') || given[0].endsWith('.yaml')
  const asksForHelp = given[0] === '--help' || given[0] === '-h' || given[0] === '--version'
  return flagsOnly && !asksForHelp ? ['rehearse', ...given] : given
}

function installNode() {
  const own = join(tools, `node_modules/node-linux-${process.arch}/bin/node`)
  const pnpmAt = join(tools, 'node_modules/pnpm')
  const recent = Number(process.versions.node.split('.')[0]) >= 24
  if (!existsSync(pnpmAt) || !(recent || existsSync(own))) {
    say('Getting Node 24 and pnpm from the npm registry …')
    run(['npm', 'ci', '--prefix', tools, '--loglevel', 'error', '--no-fund', '--no-audit'], {
      output: 'on stderr',
    })
  }
  if (recent) return process.execPath
  if (!existsSync(own))
    fail(
      `Node ${process.version} is too old and there is no packaged Node 24 for ${process.platform}-${process.arch}. Use the flake: nix develop`,
    )
  return own
}

/** Installs when the lock file is not the one installed last. */
function installPackages() {
  const stamp = join(tools, '.installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(join(root, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return
  say('Installing packages …')
  run(
    [
      node,
      pnpm,
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
      '--reporter=append-only',
      '--loglevel=error',
      '--config.confirm-modules-purge=false',
    ],
    { output: 'on stderr' },
  )
  writeFileSync(stamp, wanted)
}

function build() {
  if (!existsSync(join(root, 'apps/provision/dist'))) say('Building …')
  run([bin('turbo'), 'run', 'build', '--output-logs=errors-only', '--no-update-notifier'], {
    output: 'on failure',
  })
}

/** Runs to the end and leaves with the same exit code if that is not 0. Standard output is for the command alone. */
function run([command, ...rest], { output = 'shown' } = {}) {
  const forward = () => {}
  process.on('SIGINT', forward)
  const stdio = {
    shown: 'inherit',
    'on stderr': ['inherit', 2, 'inherit'],
    'on failure': ['inherit', 'pipe', 'pipe'],
  }
  const { status, signal, error, stdout, stderr } = spawnSync(command, rest, {
    cwd: root,
    env,
    stdio: stdio[output],
  })
  process.off('SIGINT', forward)
  if (error) fail(`${command}: ${error.message}`)
  if (status !== 0 && output === 'on failure') say(`${stdout}${stderr}`)
  if (signal) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
