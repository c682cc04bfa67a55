import { closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A step that changes the world, written down before it is taken and after it was. */
export type JournalEntry = {
  readonly step: 'flash' | 'configure' | 'bootstrap' | 'deploy'
  readonly subject: string
  readonly status: 'begin' | 'done' | 'failed'
  readonly detail?: string
}

export type Journal = {
  /** Returns when the entry is on the disk. */
  write(entry: JournalEntry): void
  close(): void
}

/**
 * An append-only file of JSON lines. It is for resuming, auditing and the report: what to do next is always
 * decided from what the nodes say, so losing it loses history only.
 */
export function openJournal(file: string, now: () => Date): Journal {
  mkdirSync(dirname(file), { recursive: true })
  const fd = openSync(file, 'a', 0o600)
  return {
    write: (entry) => {
      writeSync(fd, `${JSON.stringify({ at: now().toISOString(), pid: process.pid, ...entry })}\n`)
      fdatasyncSync(fd)
    },
    close: () => closeSync(fd),
  }
}
