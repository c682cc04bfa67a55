import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, writeFile } from 'node:fs/promises'
import { agentBundlePath, type FramedImage } from '../src/index.ts'
import { type FakeOperator, startOperator } from './fake-operator.ts'

export type RunningAgent = {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; log: string }>
}

export type AgentBoard = {
  /** Path of the file that plays the disk. */
  readonly disk: string
  readonly operator: FakeOperator
  readonly start: () => RunningAgent
}

/** A board whose one disk, `S1`, is a new sparse file, and an operator that armed it; its files begin with `path`. */
export async function makeAgentBoard(
  path: string,
  { image, size, planned = 'S1' }: { image: FramedImage; size: number; planned?: string },
): Promise<AgentBoard> {
  const disk = `${path}.img`
  await using file = await open(disk, 'w')
  await file.truncate(size)
  const operator = await startOperator(image)
  operator.assignment = { id: 'a-1', disk: { serial: planned, size }, erase: false, image: image.manifest }
  const board = {
    serial: 'a1b2c3d4',
    revision: 'e04171',
    mac: '2c:cf:67:00:00:01',
    memory: 16e9,
    disks: [{ device: disk, model: 'File', serial: 'S1', size }],
  }
  await writeFile(`${path}.json`, JSON.stringify(board))
  await writeFile(`${path}.cmdline`, `console=tty0 homerack.operator=${operator.origin}\n`)
  return { disk, operator, start: () => startAgent(path) }
}

/** The flash agent as a process. It is killed with this one, at the latest. */
export function startAgent(path: string): RunningAgent {
  const args = [agentBundlePath(), '--cmdline', `${path}.cmdline`, '--board', `${path}.json`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text))
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', kill)
    return { code, signal, log }
  })
  return { child, ended }
}
