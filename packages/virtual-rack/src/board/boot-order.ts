/** A way to boot, as the bootloader knows them; `restart` begins again and `stop` gives up. */
export type BootMode = 'sd' | 'network' | 'rpiboot' | 'usb' | 'nvme' | 'http' | 'stop' | 'restart'

const modes: Record<number, BootMode> = {
  1: 'sd',
  2: 'network',
  3: 'rpiboot',
  4: 'usb',
  6: 'nvme',
  7: 'http',
  14: 'stop',
  15: 'restart',
}

/** SD card for rescue, then NVMe, then network, then again from the start. */
export const rackBootOrder = 0xf261

/** `BOOT_ORDER` as a list: read from the lowest nibble up, at most eight. Unknown nibbles are skipped. */
export function bootModes(order: number): BootMode[] {
  const list: BootMode[] = []
  for (let rest = order >>> 0; rest !== 0; rest >>>= 4) {
    const mode = modes[rest & 0xf]
    if (mode) list.push(mode)
  }
  return list
}
