import { readFile, stat } from 'node:fs/promises'
import { type Fault, FaultError } from '@homerack/errors'

/** What a board boots, by file name: `kernel_2712.img`, `initramfs`, device trees, overlays. */
export type NetbootFiles = Readonly<Record<string, Uint8Array | { readonly path: string }>>

/** The files of a boot folder, whole and unchanging, by name without the board's prefix. */
export type BootTree = ReadonlyMap<string, Uint8Array>

/** What the flash agent is told on the kernel command line. Nothing here is secret: everyone can read it. */
export type AgentArguments = {
  /** URL of the agent's bundle. */
  readonly agent: string
  /** Lower-case hex SHA-256 of the bundle. */
  readonly sha256: string
  /** URL of the operator. */
  readonly operator: string
  /** URL and SHA-256 of Node and its libraries, unless the initramfs has them. */
  readonly runtime?: { readonly url: string; readonly sha256: string } | undefined
}

/** The kernel that a Pi 5 asks for first. */
const KERNEL = 'kernel_2712.img'
const INITRAMFS = 'initramfs'
/** A Pi 4 was seen to fail on config.txt above 4096 bytes; half of that is kept. */
const MOST_CONFIG_BYTES = 2047
/** The arm64 kernel's COMMAND_LINE_SIZE. */
const MOST_COMMAND_LINE_BYTES = 2048
/** A file must arrive in 30 s at some 3 MB/s, and kernel and initramfs come one after the other. */
const MOST_TREE_BYTES = 40_000_000

/**
 * The boot folder of every board. `config.txt` is made unless given. `cmdline.txt` holds the arguments of a
 * given one, or a console, and the agent's. `start4.elf` is a mark: the documentation says that firmware
 * drops the serial's folder if it holds no start file, while a Pi 5 was seen to look for config.txt.
 * @throws FaultError E_NETBOOT_FILE_MISSING, E_NETBOOT_FILE_UNREADABLE, E_NETBOOT_TOO_LARGE, E_NETBOOT_COMMAND_LINE
 */
export async function makeBootTree(files: NetbootFiles, agent: AgentArguments): Promise<BootTree> {
  const faults: Fault[] = []
  const tree = await loadFiles(files, faults)
  if (!(KERNEL in files)) {
    const hint = 'It is a raw arm64 Image, or one packed with gzip.'
    faults.push({
      code: 'E_NETBOOT_FILE_MISSING',
      subject: KERNEL,
      cause: 'there is no kernel to boot',
      hint,
    })
  }
  if (!tree.has('config.txt')) tree.set('config.txt', Buffer.from(configText(tree.has(INITRAMFS))))
  if (!tree.has('start4.elf')) tree.set('start4.elf', Buffer.from('homerack: this is a boot folder\n'))
  tree.set('cmdline.txt', Buffer.from(commandLine(tree.get('cmdline.txt'), agent, faults)))
  faults.push(...sizeFaults(tree))
  if (faults.length > 0) throw new FaultError(faults)
  return tree
}

async function loadFiles(files: NetbootFiles, faults: Fault[]): Promise<Map<string, Uint8Array>> {
  const tree = new Map<string, Uint8Array>()
  for (const [name, content] of Object.entries(files)) {
    if (content instanceof Uint8Array) {
      tree.set(name, content)
      continue
    }
    try {
      const { size } = await stat(content.path)
      if (size > MOST_TREE_BYTES) faults.push(tooLarge(name, size, MOST_TREE_BYTES))
      else tree.set(name, await readFile(content.path))
    } catch (error) {
      const cause = `${content.path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`
      faults.push({ code: 'E_NETBOOT_FILE_UNREADABLE', subject: name, cause })
    }
  }
  return tree
}

/** `dtparam=pciex1`: without it, a board that did not boot from NVMe shows no disk behind some adapters. */
function configText(initramfs: boolean): string {
  const lines = [
    '[all]',
    'arm_64bit=1',
    `kernel=${KERNEL}`,
    ...(initramfs ? [`initramfs ${INITRAMFS} followkernel`] : []),
    'dtparam=pciex1',
    'enable_uart=1',
    'os_check=0',
    'bootloader_update=0',
  ]
  return `${lines.join('\n')}\n`
}

function commandLine(given: Uint8Array | undefined, agent: AgentArguments, faults: Fault[]): string {
  const base = given
    ? Buffer.from(given).toString('utf8').trim()
    : 'console=ttyAMA10,115200 console=tty1 panic=10'
  const { runtime } = agent
  const own = [
    ...(runtime ? [`homerack.runtime=${runtime.url}`, `homerack.runtime.sha256=${runtime.sha256}`] : []),
    `homerack.agent=${agent.agent}`,
    `homerack.agent.sha256=${agent.sha256}`,
    `homerack.operator=${agent.operator}`,
  ]
  const text = [base, ...own].filter(Boolean).join(' ')
  const wrong = [
    ...(/[^\x20-\x7e]/.test(text) ? ['holds a line break or a character outside ASCII'] : []),
    ...(text.length >= MOST_COMMAND_LINE_BYTES ? [`has ${text.length} bytes, the kernel reads 2047`] : []),
  ]
  for (const cause of wrong) faults.push({ code: 'E_NETBOOT_COMMAND_LINE', subject: 'cmdline.txt', cause })
  return `${text}\n`
}

function sizeFaults(tree: BootTree): Fault[] {
  const faults: Fault[] = []
  const config = tree.get('config.txt')?.length ?? 0
  if (config > MOST_CONFIG_BYTES) faults.push(tooLarge('config.txt', config, MOST_CONFIG_BYTES))
  const total = [...tree.values()].reduce((sum, { length }) => sum + length, 0)
  if (total >= MOST_TREE_BYTES) faults.push(tooLarge('boot folder', total, MOST_TREE_BYTES))
  return faults
}

function tooLarge(subject: string, size: number, most: number): Fault {
  const hint =
    most === MOST_TREE_BYTES ? 'TFTP is slow: fetch large parts over HTTP once the kernel runs.' : undefined
  return { code: 'E_NETBOOT_TOO_LARGE', subject, cause: `${size} bytes, at most ${most} can be booted`, hint }
}
