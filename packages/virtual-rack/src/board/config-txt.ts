/** What the boot firmware takes from config.txt. */
export type ConfigTxt = { kernel: string | undefined; initramfs: string | undefined; cmdline: string }

/**
 * Reads config.txt as a Pi 5 does: sections `[all]` and `[pi5]` hold, others do not, and a later line wins.
 * `initramfs FILE followkernel` takes no `=`.
 */
export function parseConfigTxt(text: string): ConfigTxt {
  const config: ConfigTxt = { kernel: undefined, initramfs: undefined, cmdline: 'cmdline.txt' }
  let ours = true
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const section = /^\[(.*)\]$/.exec(line)?.[1]
    if (section !== undefined) ours = section === 'all' || section === 'pi5'
    if (!ours) continue
    const [, key, value = ''] = /^(kernel|cmdline)=(.+)$/.exec(line) ?? []
    if (key === 'kernel') config.kernel = value
    if (key === 'cmdline') config.cmdline = value
    const initramfs = /^initramfs\s+(\S+)/.exec(line)?.[1]
    if (initramfs) config.initramfs = initramfs
  }
  return config
}
