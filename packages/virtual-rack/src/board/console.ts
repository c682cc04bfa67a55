import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RackContext } from '../rack/rack-context.ts'

/** A board's console: lines with their time, kept in a file. */
export type BoardConsole = { path: string; write(text: string): void }

export function createConsole(path: string, now: RackContext['now']): BoardConsole {
  mkdirSync(dirname(path), { recursive: true })
  return {
    path,
    write(text) {
      const time = now().toISOString()
      const lines = text.trimEnd().split('\n')
      appendFileSync(path, lines.map((line) => `${time} ${line}\n`).join(''))
    },
  }
}
