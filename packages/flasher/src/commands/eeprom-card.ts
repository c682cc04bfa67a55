import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import { provisioningConfig } from '../eeprom/boot-config.ts'
import { CARD_BYTES, eepromCard } from '../eeprom/eeprom-card.ts'
import { checkConfig, nowInSeconds, writeNew } from './eeprom.ts'
import { print, readInput } from './session.ts'

type CardOptions = {
  readonly firmware: string
  readonly out: string
  readonly eeprom?: string
  readonly tftp?: string
  readonly config?: string
  readonly reboot?: boolean
  readonly reusable?: boolean
  readonly time?: number
}

export async function eepromCardCommand(options: CardOptions): Promise<void> {
  const { firmware, out, tftp, reusable = false } = options
  const name = options.eeprom ?? (await newest(firmware))
  const config =
    options.config === undefined
      ? provisioningConfig(tftp === undefined ? {} : { tftp })
      : (await readInput(options.config)).toString('latin1')
  await checkConfig(config, options.config ?? 'bootconf.txt')
  const card = eepromCard({
    recovery: await readInput(join(firmware, 'recovery.bin')),
    image: await readInput(name.includes('/') ? name : join(firmware, name)),
    config,
    time: options.time ?? nowInSeconds(),
    afterwards: options.reboot ? 'reboot' : 'stop',
    reusable,
  })
  const whole = Buffer.alloc(CARD_BYTES)
  card.copy(whole)
  await writeNew(out, whole)
  print(`${out}: a card with ${name} and these settings:\n\n${config}`)
  print(`Write it to a microSD card: flasher write ${out} /dev/…`)
  print(
    'Put the card into a board, power it on, wait ten seconds for a green screen or a quick light, take it out.',
  )
}

/** Names carry dates, so the last is the newest. */
async function newest(folder: string): Promise<string> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new FaultError({
      code: 'E_FILE',
      subject: folder,
      cause: `the folder cannot be read (${error.code})`,
    })
  })
  const last = names
    .filter((name) => /^pieeprom-\d{4}-\d\d-\d\d\.bin$/.test(name))
    .toSorted()
    .at(-1)
  if (last) return last
  const cause = 'there is no pieeprom-<date>.bin'
  throw new FaultError({
    code: 'E_FILE',
    subject: folder,
    cause,
    hint: 'Use the official firmware-2712/default.',
  })
}
