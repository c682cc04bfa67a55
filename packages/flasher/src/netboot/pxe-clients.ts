import { readFile } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { Admission } from './boards/allow-list.ts'
import type { PxeKind } from './dhcp/answer-pxe.ts'
import { bytesOfMac, macOfBytes } from './network/ipv4.ts'

/** A machine that is no Raspberry Pi and may boot by PXE. */
export type PxeMachine = { readonly name: string; readonly mac: string }

/** Netboot for other machines: only if asked for, only for those named, only the files given. */
export type PxeOptions = {
  readonly machines: readonly PxeMachine[]
  /** Path of the boot file for each kind of client. Its last part is the name that clients ask for. */
  readonly bootFiles: Partial<Readonly<Record<PxeKind, string>>>
  /** Other files that a boot file asks for in turn, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Of the boot server protocol. Default 4011; 0 asks for a free one. */
  readonly port?: number
}

export type PxeClients = {
  readonly bootFiles: Partial<Readonly<Record<PxeKind, string>>>
  readonly admit: (mac: string) => Admission<PxeMachine>
  /** A machine was answered: its files are served for a while. */
  readonly onAnswer: () => void
  /** TFTP names no machine, so a file is there for all who ask while a machine that may boot is booting. */
  readonly find: (name: string) => Uint8Array | undefined
}

const OPEN_MS = 10 * 60_000

/** @throws FaultError E_NETBOOT_FILE_UNREADABLE */
export async function loadPxeClients(options: PxeOptions, now: () => number): Promise<PxeClients> {
  const named = Object.entries(options.bootFiles) as [PxeKind, string][]
  const baseName = (path: string): string => path.split('/').at(-1) ?? path
  const paths = [
    ...named.map(([, path]) => [baseName(path), path] as const),
    ...Object.entries(options.files ?? {}),
  ]
  const files = new Map(
    await Promise.all(paths.map(async ([name, path]) => [name, await load(path)] as const)),
  )
  const machines = options.machines.map(({ name, mac }) => ({ name, mac: macOfBytes(bytesOfMac(mac)) }))
  let openUntil = 0
  return {
    bootFiles: Object.fromEntries(named.map(([kind, path]) => [kind, baseName(path)])),
    admit: (mac) => {
      const board = machines.find((machine) => machine.mac === mac)
      return board ? { kind: 'allowed', board } : { kind: 'refused', cause: 'is not on the list of machines' }
    },
    onAnswer: () => {
      openUntil = now() + OPEN_MS
    },
    find: (name) => (now() < openUntil ? files.get(name) : undefined),
  }
}

async function load(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const cause = `the boot file cannot be read: ${error.code}`
    throw new FaultError({ code: 'E_NETBOOT_FILE_UNREADABLE', subject: path, cause }, { cause: error })
  })
}
