import { faultsOf } from '@homerack/errors'
import { createTalosClient, type TalosClient, type TalosClientOptions } from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { issueAuthority, issueCertificate } from '../src/talos/issue-certificate.ts'
import { clientCertificate } from './fixtures/cluster-secrets.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

const [first, second] = ['192.168.10.51', '192.168.10.52'] as const
let rack: RunningRack
let resolve: (address: string) => string

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(2))
  resolve = resolveThrough(await rack.client.status())
  for (const [index, address] of [first, second].entries()) {
    await rack.configure({ name: `pi-${index + 1}`, address })
    await until('an answer', () => rack.admin(address).machine.version({}))
  }
})
afterAll(() => rack?.stop())

type Options = Partial<TalosClientOptions>
type Credentials = { ca: string; crt: string; key: { reveal(): string } }
const using = (ca: string, { crt, key }: { crt: string; key: string }): { credentials: Credentials } => ({
  credentials: { ca, crt, key: { reveal: () => key } },
})

/** Sockets and timers of this process: the rack in it has some of its own, which stay. */
const handles = () =>
  process.getActiveResourcesInfo().filter((each) => /TLS|TCPSocket|Timeout/.test(each)).length

const bad: [string, string, () => Promise<Options> | Options, (client: TalosClient) => Promise<unknown>][] = [
  [
    'another CA',
    'E_TALOS_TLS',
    async () => using((await issueAuthority('talos', new Date())).crt, rack.secrets.admin),
    (client) => client.version(),
  ],
  [
    'an expired client certificate',
    'E_TALOS_EXPIRED',
    async () => {
      const now = new Date(Date.now() - 48 * 3_600_000)
      const subject = { organizations: ['os:admin'] }
      const { os } = rack.secrets
      return using(os.crt, await issueCertificate({ ca: os, subject, usage: 'client', now, hours: 1 }))
    },
    (client) => client.version(),
  ],
  [
    'a role that may only read',
    'E_TALOS_DENIED',
    async () => using(rack.secrets.os.crt, await clientCertificate(rack.secrets.os, ['os:reader'])),
    (client) => client.reboot(),
  ],
  [
    'nobody at the address',
    'E_TALOS_UNREACHABLE',
    () => ({ resolve: () => resolve('192.168.10.77') }),
    (client) => client.version(),
  ],
  [
    'another node at the address',
    'E_TALOS_OTHER_NODE',
    () => ({ resolve: () => resolve(second) }),
    (client) => client.version(),
  ],
  [
    'a message that is too large',
    'E_TALOS_TOO_LARGE',
    () => ({}),
    (client) => client.applyConfiguration({ config: new Uint8Array(33 * 1024 * 1024), mode: 'auto' }),
  ],
]

const codeAfter = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) =>
      faultsOf(error)
        ?.map(({ code }) => code)
        .join(),
  )

const clientWith = (options: Options) => {
  const { os, admin } = rack.secrets
  return createTalosClient({ address: first, resolve, ...using(os.crt, admin), timeoutMs: 8000, ...options })
}

test.for(bad)('%s is %s, and leaves no handle', async ([, code, options, call]) => {
  const before = handles()
  const client = clientWith(await options())
  expect(await codeAfter(call(client))).toBe(code)
  client.close()
  await until('the handles gone', () => handles() <= before)
})

test('a server that never answers is E_TALOS_DEADLINE, within it', async () => {
  await rack.client.faults({ add: ['nic-silent:pi-1'] })
  const client = clientWith({ timeoutMs: 500 })
  const begun = performance.now()
  expect(await codeAfter(client.reboot())).toBe('E_TALOS_DEADLINE')
  expect(performance.now() - begun).toBeGreaterThanOrEqual(490)
  client.close()
  await rack.client.faults({ remove: ['nic-silent:pi-1'] })
})

test('a stream whose node loses power is E_TALOS_UNREACHABLE after what it told', async () => {
  const client = clientWith({})
  const lines: string[] = []
  const follow = async () => {
    for await (const line of client.dmesg({ follow: true })) lines.push(line)
  }
  const end = codeAfter(follow())
  await until('the first lines', () => lines.length > 0)
  await rack.client.power('pi-1', false)
  expect(await end).toMatch(/^E_TALOS_(UNREACHABLE|UNAVAILABLE|CANCELED)$/)
  client.close()
})
