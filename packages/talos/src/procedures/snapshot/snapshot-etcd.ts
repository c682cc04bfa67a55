import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { FaultError } from '@homerack/errors'
import type { TalosCalls } from '../../calls/talos-calls.ts'
import { type SnapshotCheck, snapshotHash } from './snapshot-hash.ts'

/** `bytes` so far. The last event is `done`. */
export type SnapshotEvent =
  | { readonly type: 'progress'; readonly bytes: number }
  | { readonly type: 'done'; readonly bytes: number; readonly sha256: string }

export type SnapshotOptions = {
  readonly client: Pick<TalosCalls, 'address' | 'etcdSnapshot'>
  /** The file to make. It holds every Kubernetes secret: only its owner may read it. */
  readonly path: string
  readonly signal?: AbortSignal
}

/**
 * Takes a snapshot of etcd into a file, with its SHA-256 beside it (`<path>.sha256`, as `sha256sum -c` wants it).
 * The file appears only when the hash that etcd put into it is right.
 *
 * @throws FaultError E_SNAPSHOT_DAMAGED; faults of the call; the error of the file system.
 */
export async function* snapshotEtcd(options: SnapshotOptions): AsyncGenerator<SnapshotEvent, void> {
  const { client, path, signal } = options
  const part = `${path}.part`
  try {
    const hash = snapshotHash()
    let bytes = 0
    const file = await open(part, 'w', 0o600)
    try {
      for await (const piece of client.etcdSnapshot({ signal })) {
        hash.update(piece)
        await file.writeFile(piece)
        bytes += piece.length
        yield { type: 'progress', bytes }
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const check = hash.finish()
    if (check.hash !== 'right') throw damaged(client.address, check)
    await writeSum(path, check.sha256)
    await rename(part, path)
    yield { type: 'done', bytes: check.bytes, sha256: check.sha256 }
  } finally {
    await rm(part, { force: true })
  }
}

/** Reads a snapshot file and checks the hash that etcd put into it. @throws FaultError E_SNAPSHOT_FILE. */
export async function checkSnapshot(path: string, signal?: AbortSignal): Promise<SnapshotCheck> {
  const hash = snapshotHash()
  try {
    for await (const piece of createReadStream(path)) {
      signal?.throwIfAborted()
      hash.update(piece)
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new FaultError({ code: 'E_SNAPSHOT_FILE', subject: path, cause: error.message })
  }
  return hash.finish()
}

async function writeSum(path: string, sha256: string): Promise<void> {
  const file = await open(`${path}.sha256`, 'w', 0o600)
  try {
    await file.writeFile(`${sha256}  ${basename(path)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

function damaged(subject: string, { bytes }: SnapshotCheck): FaultError {
  const cause = `the snapshot (${bytes} bytes) does not end with its right hash: it is cut short or damaged`
  return new FaultError({
    code: 'E_SNAPSHOT_DAMAGED',
    subject,
    cause,
    hint: 'Nothing was kept. Take it again.',
  })
}
