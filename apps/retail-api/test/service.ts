import { execFile, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { removeOld } from '../../../testbed/remove-old.ts'

const run = promisify(execFile)
export const source = resolve(import.meta.dirname, '..')
const postgresPrograms = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)

/** Why the service cannot be built and run here, or nothing. */
export const missing = [
  ...['/usr/bin/ghc', '/usr/bin/cabal']
    .filter((path) => !existsSync(path))
    .map((path) => `${path} is missing: apt-get install ghc cabal-install and the libraries in .ci/run`),
  ...(postgresPrograms ? [] : ['PostgreSQL is missing: apt-get install postgresql']),
  ...(existsSync('/usr/include/postgresql/libpq-fe.h')
    ? []
    : ['libpq is missing: apt-get install libpq-dev']),
  ...(globSync('/var/lib/ghc/package.conf.d/servant-server-*.conf').length > 0
    ? []
    : ['servant is missing: apt-get install libghc-servant-server-dev and the libraries in .ci/run']),
].join('; ')

export type Built = { readonly service: string; readonly tests: string }

/**
 * Builds the service, and unless it is optimised its tests, and keeps the programs in a cache folder named by what
 * they are made from. Compiled is a copy of the sources in which only what differs is written, so that GHC, which
 * goes by time, compiles that and no less.
 */
export async function build(options: { folder?: string; optimise?: boolean } = {}): Promise<Built> {
  const { folder = source, optimise = false } = options
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'homerack', 'retail-api')
  const work = join(cache, optimise ? 'O1' : 'O0')
  const kept = join(cache, `${optimise ? 'O1' : 'O0'}-${contentOf(folder)}`)
  const targets = optimise ? 'exe:retail-api' : 'exe:retail-api test:retail-test'
  const env = {
    ...process.env,
    ...{ CABAL_CONFIG: '/dev/null', folder, work, kept, targets },
    files: sourcesOf(folder).join('\n'),
    optimisation: optimise ? '-O1' : '-O0',
  }
  await mkdir(cache, { recursive: true })
  await removeOld(cache, /^O\d-/, 14)
  await run('flock', [`${work}.lock`, 'nice', '-n', '5', 'bash', '-euc', script], { env, maxBuffer: 2 ** 26 })
  return { service: join(kept, 'retail-api'), tests: join(kept, 'retail-test') }
}

/**
 * The list of migrations is compiled into a module, which GHC cannot know; nor does cabal always see that there is
 * another one, so it is made to forget what it has built.
 */
const script = `
[ -d "$kept" ] && exit
mkdir -p "$work/source" && cd "$work/source"
while read -r file; do
  cmp -s "$folder/$file" "$file" || install -D -m 644 "$folder/$file" "$file"
done <<<"$files"
find . -type f -printf '%P\\n' | grep -vxF "$files" | xargs -r rm
touch src/Retail/Db/Migrate.hs
find "$work" -path '*/cache/build' -delete
cabal build -v1 "$optimisation" --builddir="$work/built" $targets
mkdir "$kept.new"
for target in $targets; do
  program="\${target#*:}"
  cp "$(find "$work/built" -path "*/build/$program/$program" -type f)" "$kept.new"
done
mv "$kept.new" "$kept"
`

function sourcesOf(folder: string): string[] {
  return globSync(['*.cabal', 'cabal.project', 'migrations/*.sql', '{app,src,test}/**/*.hs'], {
    cwd: folder,
  }).sort()
}

function contentOf(folder: string): string {
  const hash = createHash('sha256')
  for (const file of sourcesOf(folder)) hash.update(`${file}\n`).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

export type Cluster = {
  /** For libpq, without a user or database. */
  readonly server: string
  /** Kills every process of it, as a power cut would. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  sql(database: string, statement: string): Promise<string>
}

/** A PostgreSQL of our own on a socket in a temporary folder. It refuses to run as root, so root lends it a user. */
export async function startCluster(options: { durable?: boolean } = {}): Promise<Cluster> {
  const programs = postgresPrograms ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'retail-pg-'))
  const lend = process.getuid?.() === 0
  if (lend) {
    const ids = await Promise.all(
      ['-u', '-g'].map(async (flag) => (await run('id', [flag, 'postgres'])).stdout),
    )
    await chown(folder, Number(ids[0]), Number(ids[1]))
  }
  const as = (program: string, args: readonly string[]) => {
    const command = [join(programs, program), ...args]
    return lend
      ? run('runuser', ['-u', 'postgres', '--', ...command])
      : run(command[0] ?? '', command.slice(1))
  }
  const data = join(folder, 'data')
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C'])
  const settings = [`-k ${folder}`, "-c listen_addresses=''", '-c max_connections=200']
  if (!options.durable) settings.push('-c fsync=off')
  const control = (...args: string[]) => as('pg_ctl', ['-D', data, '-w', '-s', ...args])
  const start = async () => {
    // After a kill the old processes may need a moment until they have let go of the shared memory.
    for (let left = 50; ; left--) {
      try {
        await control('-o', settings.join(' '), '-l', join(folder, 'log'), 'start')
        return
      } catch (error) {
        if (left === 0) throw error
      }
    }
  }
  await start()
  const pid = async () => Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
  return {
    server: `host=${folder}`,
    start,
    async kill() {
      const postmaster = await pid()
      const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(postmaster)])
      const children = stdout.split('\n').map(Number)
      for (const one of [postmaster, ...children].filter((process) => process > 1)) endNow(one)
      await rm(join(data, 'postmaster.pid'), { force: true })
    },
    async stop() {
      // After a kill there may be nothing left to stop.
      await control('-m', 'immediate', 'stop').catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
    async sql(database, statement) {
      const args = ['-h', folder, '-U', 'postgres', '-d', database, '-Atc', statement]
      return (await run('psql', args, { maxBuffer: 2 ** 26 })).stdout.trim()
    },
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It had ended by itself.
  }
}

export const password = 'correct horse'

/** A database with the schema of a build, and the organisation `corner`. */
export async function makeShop(cluster: Cluster, built: Built, database: string): Promise<void> {
  await cluster.sql('postgres', `create database ${database}`)
  await migrate(cluster, built, database)
  const organisation = {
    ...{
      organisation: 'corner',
      name: 'Corner',
      currency: 'EUR',
      taxMode: 'inclusive',
      taxRounding: 'per-line',
    },
    ...{ cashStep: 1, email: 'ada@example.org', password },
  }
  const adding = run(built.service, ['add-organisation'], { env: environment(cluster, database) })
  adding.child.stdin?.end(JSON.stringify(organisation))
  await adding
}

export async function migrate(cluster: Cluster, built: Built, database: string): Promise<void> {
  await run(built.service, ['migrate'], { env: environment(cluster, database) })
}

function environment(cluster: Cluster, database: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    RETAIL_DATABASE_URL: `${cluster.server} user=retail_app dbname=${database}`,
    RETAIL_OWNER_DATABASE_URL: `${cluster.server} user=postgres dbname=${database}`,
    RETAIL_HOST: '127.0.0.1',
  }
}

export type Service = {
  readonly url: string
  readonly admin: string
  readonly pid: number
  readonly exited: Promise<number | null>
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts the service and waits until it is ready. */
export async function startService(
  built: Built,
  cluster: Cluster,
  database: string,
  options: { ports?: readonly [number, number]; settings?: Record<string, string> } = {},
): Promise<Service> {
  const [port, adminPort] = options.ports ?? [await freePort(), await freePort()]
  const child = spawn(built.service, ['serve'], {
    env: {
      ...environment(cluster, database),
      RETAIL_PORT: String(port),
      RETAIL_ADMIN_PORT: String(adminPort),
      RETAIL_DRAIN_SECONDS: '1',
      ...options.settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const service = {
    url: `http://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    pid: child.pid ?? 0,
    exited,
    end(signal: NodeJS.Signals) {
      child.kill(signal)
      return exited
    },
  }
  while (!(await isReady(service))) {
    if (child.exitCode !== null || child.signalCode !== null) break
    await new Promise((done) => setTimeout(done, 50))
  }
  return service
}

export const isReady = (service: { readonly admin: string }) =>
  fetch(`${service.admin}/ready`).then(
    (answer) => answer.ok,
    () => false,
  )

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

export type Answer = { readonly status: number; readonly body: Record<string, unknown> }

/** One request. `key` makes it one that may be tried again. */
export async function ask(
  url: string,
  cookie: string,
  method: string,
  path: string,
  body?: unknown,
  key: string = randomUUID(),
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { cookie, 'content-type': 'application/json', 'idempotency-key': key },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await answer.text()
  return { status: answer.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

export async function logIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organisation: 'corner', email: 'ada@example.org', password }),
  })
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

export type Stocked = {
  readonly location: string
  readonly sessions: readonly string[]
  readonly variant: string
}

/** A location with open tills and one thing to sell, of which there is plenty. */
export async function stock(url: string, cookie: string, tills: number): Promise<Stocked> {
  const made = async (field: string, path: string, body: unknown) => {
    const answer = await ask(url, cookie, 'POST', path, body)
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return String(answer.body[field])
  }
  const location = await made('locationId', '/locations', { name: 'Main street' })
  const category = await made('taxCategoryId', '/tax-categories', { name: 'full', rate: 1900 })
  const product = await made('productId', '/products', { name: 'Tea', taxCategoryId: category })
  const variant = await made('variantId', `/products/${product}/variants`, {
    ...{
      sku: 'TEA',
      name: 'Tea',
      price: 399,
      unit: 'piece',
      tracked: true,
      oversell: false,
      reorderPoint: 0,
    },
  })
  await made('code', `/variants/${variant}/barcodes`, { code: '4006381333931', kind: 'gtin', pack: 1 })
  const plenty = { variantId: variant, locationId: location, change: 1_000_000_000, reason: 'receipt' }
  await made('variantId', '/stock-changes', plenty)
  const sessions: string[] = []
  for (let number = 1; number <= tills; number++) {
    const tillId = await made('tillId', '/tills', { name: `Till ${number}`, locationId: location })
    sessions.push(await made('tillSessionId', '/till-sessions', { tillId, openingFloat: 0 }))
  }
  return { location, sessions, variant }
}

export function checkoutOf(variantId: string, tillSessionId: string, lines = 1): Record<string, unknown> {
  const line = { variantId, quantity: 1000 }
  return {
    ...{ saleId: randomUUID(), tillSessionId },
    cart: { currency: 'EUR', lines: Array.from({ length: lines }, () => line) },
    tenders: [
      { method: 'card', amount: 100, card: 'token' },
      { method: 'cash', amount: 100_000 },
    ],
  }
}

/** What must hold after anything: each statement gives what breaks it. */
export const invariants = {
  'ledger replay equals the projection':
    'select variant from stock_level full join (select variant, location, sum(change) as total from stock_movement group by 1, 2) ledger using (variant, location) where on_hand is distinct from total',
  'payments cover each sale':
    "select sale.id from sale left join payment on payment.sale = sale.id and payment.state = 'settled' where sale.state = 'completed' group by sale.id, total, rounding having coalesce(sum(payment.amount), 0) <> total + rounding",
  'receipts have no gap and no double':
    'select till from sale where receipt is not null group by till having count(*) <> max(receipt) or count(distinct receipt) <> count(*)',
  'every completed sale moved its goods once':
    "select sale.id from sale left join stock_movement on document = sale.id where state = 'completed' group by sale.id having count(*) <> (select count(*) from sale_line where sale_line.sale = sale.id)",
  'every answer is kept': 'select key from idempotency where answer is null',
} as const
