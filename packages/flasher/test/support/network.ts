import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const run = promisify(execFile)
const exec = (program: string, args: readonly string[]) => run(program, args, { maxBuffer: 1e9 })
const nodeArgs = ['--conditions=source', '--disable-warning=ExperimentalWarning']

/** What a link does to every nth UDP datagram, in both directions. Counted, not drawn, so that runs are alike. */
export type LinkWeather = { readonly lose?: number; readonly double?: number; readonly delay?: number }

/** A machine on the network: a network namespace whose interface is `lan0`. */
export type Host = {
  readonly name: string
  /** Without its prefix length; empty if it has none yet. */
  readonly address: string
  readonly mac: string
  /** Runs a program to its end. Rejects if it fails. */
  run(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }>
  /** Starts a program, which is stopped with the network at the latest. */
  start(program: string, args: readonly string[]): ChildProcess
  /** Starts one of our own files with this Node, and waits for the first line of its output. */
  startNode(file: string, args: readonly string[]): Promise<{ child: ChildProcess; line: string }>
}

export type Network = {
  /** Connects a machine; `name` has at most 15 letters. `address`: `10.99.0.51/24`, or nothing for one that is to get its address. */
  host(name: string, options?: { address?: string; mac?: string }): Promise<Host>
  /** A port of the switch for a virtual machine, which must be started with it: the name of its tap device. */
  tap(name: string): Promise<{ ifname: string; start: Host['start'] }>
  /** Changes the link between two machines; tells afterwards how many datagrams were met. */
  impair(one: Host, other: Host, weather: LinkWeather): Promise<{ met(): Promise<number> }>
  close(): Promise<void>
}

/** Why there can be no network here, which is what a skipped test prints. */
export function noNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  for (const [program, from] of [
    ['ip', 'iproute2'],
    ['iptables', 'iptables'],
    ['tc', 'iproute2'],
  ] as const) {
    if (!['/sbin', '/usr/sbin', '/bin', '/usr/bin'].some((folder) => existsSync(join(folder, program))))
      return `${program} is not on this machine: apt-get install ${from}`
  }
  const probe = `hrlab-${process.pid}-probe`
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'pipe' })
    execFileSync('ip', ['netns', 'del', probe], { stdio: 'pipe' })
    return undefined
  } catch {
    return 'this machine makes no network namespaces'
  }
}

/** The namespaces of one network, and what runs in them. */
type Namespaces = {
  add(name: string): Promise<string>
  start(namespace: string, program: string, args: readonly string[]): ChildProcess
  /** The namespace of the switch `br0`. */
  readonly lan: string
  close(): Promise<void>
}

const inside = (namespace: string, program: string, args: readonly string[]) => [
  ...['netns', 'exec', namespace, program],
  ...args,
]
let networks = 0

/**
 * A switch with machines on it, all in network namespaces of their own, so that ports, broadcasts and firewall
 * rules meet nobody else. What a killed run left behind is removed first.
 */
export async function openNetwork(): Promise<Network> {
  const namespaces = await openNamespaces()
  const { lan, start, close } = namespaces
  const delayClass = delayClasses()
  return {
    host: (name, options = {}) => connectHost(namespaces, name, options),
    tap: async (ifname) => {
      await exec('ip', ['-n', lan, 'tuntap', 'add', 'dev', ifname, 'mode', 'tap'])
      await exec('ip', ['-n', lan, 'link', 'set', ifname, 'master', 'br0', 'up'])
      return { ifname, start: (program, args) => start(lan, program, args) }
    },
    impair: async (one, other, weather) => {
      await impairWay(one, other, weather, delayClass)
      await impairWay(other, one, weather, delayClass)
      return { met: async () => (await countMet(one, other)) + (await countMet(other, one)) }
    },
    close,
  }
}

async function openNamespaces(): Promise<Namespaces> {
  removeOrphans()
  networks += 1
  const prefix = `hrlab-${process.pid}-${networks}-`
  const names: string[] = []
  const children = new Set<ChildProcess>()
  const removeAll = (): void => {
    for (const child of children) child.kill('SIGKILL')
    for (const name of names.splice(0).reverse()) removeNamespace(name)
  }
  process.once('exit', removeAll)
  const add = async (name: string): Promise<string> => {
    const namespace = `${prefix}${name}`
    await exec('ip', ['netns', 'add', namespace])
    names.push(namespace)
    await exec('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
    return namespace
  }
  const start: Namespaces['start'] = (namespace, program, args) => {
    const child = spawn('ip', inside(namespace, program, args), { stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    child.once('close', () => children.delete(child))
    return child
  }
  const close = async (): Promise<void> => {
    process.off('exit', removeAll)
    const closed = [...children].map((child) => once(child, 'close'))
    for (const child of children) child.kill('SIGTERM')
    const patience = setTimeout(() => children.forEach((child) => void child.kill('SIGKILL')), 5000)
    await Promise.all(closed)
    clearTimeout(patience)
    removeAll()
  }
  const lan = await add('lan')
  await exec('ip', ['-n', lan, 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0'])
  await exec('ip', ['-n', lan, 'link', 'set', 'br0', 'up'])
  return { add, start, lan, close }
}

async function connectHost(
  { add, start, lan }: Namespaces,
  name: string,
  { address = '', mac }: { address?: string; mac?: string },
): Promise<Host> {
  const namespace = await add(name)
  const ip = (...args: string[]) => exec('ip', ['-n', namespace, ...args])
  await exec('ip', ['-n', lan, 'link', 'add', name, 'type', 'veth', 'peer', 'lan0', 'netns', namespace])
  if (mac) await ip('link', 'set', 'lan0', 'address', mac)
  await exec('ip', ['-n', lan, 'link', 'set', name, 'master', 'br0', 'up'])
  await ip('link', 'set', 'lan0', 'up')
  if (address) await ip('addr', 'add', address, 'dev', 'lan0')
  const [{ address: realMac = '' } = {}] = JSON.parse((await ip('-j', 'link', 'show', 'lan0')).stdout)
  return {
    name,
    address: address.split('/')[0] ?? '',
    mac: realMac,
    run: (program, args) => exec('ip', inside(namespace, program, args)),
    start: (program, args) => start(namespace, program, args),
    startNode: async (file, args) => {
      const child = start(namespace, process.execPath, [...nodeArgs, file, ...args])
      const errors: Buffer[] = []
      child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
      const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
      const [line] = await Promise.race([once(lines, 'line'), once(child, 'close').then(() => [])])
      if (line === undefined) throw new Error(`${file} ended: ${Buffer.concat(errors)}`)
      return { child, line }
    },
  }
}

/** Numbers for traffic classes: one for each link that delays, on an interface that is made ready once. */
function delayClasses(): (at: Host) => Promise<string> {
  const interfaces = new Map<Host, { ready: Promise<unknown>; classes: number }>()
  return async (at) => {
    const root = 'qdisc add dev lan0 root handle 1: htb default 0'.split(' ')
    const known = interfaces.get(at) ?? { ready: at.run('tc', root), classes: 15 }
    interfaces.set(at, known)
    known.classes += 1
    const { classes } = known
    await known.ready
    return classes.toString(16)
  }
}

/**
 * Not netem, which not every kernel has. Lost where it arrives, since a sender is told of a datagram that its own
 * firewall drops; doubled and delayed where it leaves.
 */
async function impairWay(
  from: Host,
  to: Host,
  { lose, double, delay }: LinkWeather,
  delayClass: (at: Host) => Promise<string>,
): Promise<void> {
  const every = (n: number) => ['-m', 'statistic', '--mode', 'nth', '--every', String(n), '--packet', '0']
  const iptables = (at: Host, rule: string, ...rest: string[]) =>
    at.run('iptables', ['-w', ...rule.split(' '), ...rest])
  const leaving = `-t mangle -A POSTROUTING -p udp -s ${from.address} -d ${to.address}`
  const arriving = `-A INPUT -p udp -s ${from.address} -d ${to.address}`
  if (lose) await iptables(to, arriving, ...every(lose), '-j', 'DROP')
  if (double) await iptables(from, leaving, ...every(double), '-j', 'TEE', '--gateway', to.address)
  if (!delay) return
  const own = await delayClass(from)
  const tc = (command: string) => from.run('tc', command.split(' '))
  await tc(`class add dev lan0 parent 1: classid 1:${own} htb rate 1gbit`)
  // A full block takes 20 ms through here: those sent after it overtake it.
  await tc(`qdisc add dev lan0 parent 1:${own} handle ${own}: tbf rate 600kbit burst 1540 latency 2s`)
  await iptables(from, leaving, ...every(delay), '-j', 'CLASSIFY', '--set-class', `1:${own}`)
}

/** Datagrams from one machine to the other that met one of the rules above. */
async function countMet(from: Host, to: Host): Promise<number> {
  const tables = [to.run('iptables', ['-vnxL']), from.run('iptables', ['-t', 'mangle', '-vnxL'])]
  const lines = (await Promise.all(tables)).flatMap(({ stdout }) => stdout.split('\n'))
  const rules = lines.filter((line) => line.includes(` ${from.address} `) && line.includes(` ${to.address} `))
  return rules.reduce((sum, rule) => sum + Number(/\d+/.exec(rule)?.[0]), 0)
}

/** Namespaces of test processes that are no more. */
function removeOrphans(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  for (const [name, pid] of listed.matchAll(/^hrlab-(\d+)-\S+/gm)) {
    if (!existsSync(`/proc/${pid}`)) removeNamespace(name)
  }
}

function removeNamespace(name: string): void {
  try {
    const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' })
    for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL')
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' })
  } catch {
    // Gone already, or a process of it just ended.
  }
}
