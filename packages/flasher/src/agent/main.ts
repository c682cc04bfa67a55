import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { FaultError } from '@homerack/errors'
import { readBoard } from './board.ts'
import { runAgent } from './run-agent.ts'
import { readSettings } from './settings.ts'
import { spareMemory } from './spare-memory.ts'

/**
 * The flash agent as a program: `node agent.mjs [--cmdline FILE] [--board FILE]`. Exits 0 when the board should
 * reboot into what was written, 1 after a failure that was reported, 2 when it could not begin.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { cmdline: { type: 'string' }, board: { type: 'string' } } })
  const log = (line: string) => console.log(`flash agent: ${line}`)
  try {
    const { operator } = readSettings(await readFile(values.cmdline ?? '/proc/cmdline', 'utf8'))
    const board = await readBoard(values.board)
    const agent = hash('sha256', await readFile(import.meta.filename))
    log(`board ${board.serial}, ${board.disks.length} disks, operator ${operator}`)
    return (await runAgent({ board, operator, agent, log })) === 'flashed' ? 0 : 1
  } catch (error) {
    log(error instanceof FaultError ? error.message : String((error as Error).stack))
    return 2
  }
}

spareMemory()
process.exit(await main())
