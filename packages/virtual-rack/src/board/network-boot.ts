import { parseConfigTxt } from './config-txt.ts'

/** Fetches a file over TFTP: its bytes, or undefined if the server has no such file. */
export type FetchFile = (name: string) => Promise<Uint8Array | undefined>

export type LoadedKernel = { name: string; cmdline: string }

/**
 * Loads a kernel the way a Pi 5's firmware asks for it: the serial number's folder is probed, config.txt says
 * what to fetch, and much of what is asked for may be missing.
 *
 * @returns what to start, or why nothing can be
 */
export async function loadOverNetwork(
  fetch: FetchFile,
  serial: string,
): Promise<{ kernel: LoadedKernel } | { failed: string }> {
  const prefix = (await hasAny(fetch, [`${serial}/start4.elf`, `${serial}/config.txt`])) ? `${serial}/` : ''
  const text = await fetch(`${prefix}config.txt`)
  if (!text) return { failed: 'no config.txt' }
  const config = parseConfigTxt(Buffer.from(text).toString())
  for (const optional of ['pieeprom.sig', 'overlays/overlay_map.dtb']) await fetch(`${prefix}${optional}`)
  if (!(await fetch(`${prefix}bcm2712-rpi-5-b.dtb`))) return { failed: 'no bcm2712-rpi-5-b.dtb' }
  const cmdline = await fetch(`${prefix}${config.cmdline}`)
  const names = config.kernel ? [config.kernel] : ['kernel_2712.img', 'kernel8.img']
  for (const name of names) {
    const image = await fetch(`${prefix}${name}`)
    if (!image) continue
    const wrong = whyNotBootable(image)
    if (wrong) return { failed: `${name}: ${wrong}` }
    if (config.initramfs && !(await fetch(`${prefix}${config.initramfs}`))) {
      return { failed: `no ${config.initramfs}` }
    }
    return {
      kernel: {
        name,
        cmdline: Buffer.from(cmdline ?? [])
          .toString()
          .trim(),
      },
    }
  }
  return { failed: `no ${names.join(' or ')}` }
}

async function hasAny(fetch: FetchFile, names: string[]): Promise<boolean> {
  for (const name of names) if (await fetch(name)) return true
  return false
}

/** The firmware starts raw or gzip arm64 images. Talos' own vmlinuz is an EFI program with a packed payload. */
function whyNotBootable(image: Uint8Array): string | undefined {
  const start = Buffer.from(image.subarray(0, 8)).toString('latin1')
  if (image.length === 0) return 'it is empty'
  if (start.startsWith('MZ') && start.slice(4) === 'zimg')
    return 'an EFI zboot image, which the firmware cannot unpack'
  return undefined
}
