import type { Fault } from '@homerack/errors'
import type { Eeprom } from './read-eeprom.ts'

type Limit = { readonly until: string; readonly cause: string }

/** What bootloaders could not do before a date, from the official release notes. */
const limits: readonly Limit[] = [
  {
    until: '2025-06-09',
    cause: 'reads of 32 MB and more from NVMe fail: kernel and initramfs must be smaller',
  },
  { until: '2025-09-23', cause: 'it fetches no file above 96 MB (65535 blocks of 1468 bytes) over TFTP' },
  { until: '2025-01-14', cause: 'a running system cannot set the boot order for one boot' },
]

/** The limits that a bootloader is known to have, as warnings W_EEPROM_LIMIT; none if its date is unknown. */
export function knownLimits({ build }: Pick<Eeprom, 'build'>): Fault[] {
  const { date } = build
  if (date === undefined) return []
  return limits
    .filter(({ until }) => date < until)
    .map(({ until, cause }) => ({
      code: 'W_EEPROM_LIMIT',
      subject: `bootloader of ${date}`,
      cause,
      hint: `Fixed in the image of ${until}.`,
    }))
}
