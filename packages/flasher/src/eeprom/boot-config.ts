import { didYouMean, type Fault, type Place } from '@homerack/errors'
import { inventedSettings, settings } from './settings.ts'

/** A setting of a bootconf.txt. `section` is what stands in brackets above it; empty before the first. */
export type BootSetting = {
  readonly name: string
  readonly value: string
  readonly section: string
  /** Counts from 1. */
  readonly line: number
}

/** What a board for homerack should be set to. */
export type ProvisioningSettings = {
  /** The operator's address: then the router keeps leasing addresses alone, and no proxy DHCP is needed. */
  readonly tftp?: string
}

/**
 * The bootconf.txt of a board that is to be flashed over the network: SD card (rescue), NVMe, network, again.
 * An empty NVMe falls through to the network, a written one wins. USB is left out: it costs 20 s a round.
 */
export function provisioningConfig({ tftp }: ProvisioningSettings = {}): string {
  const lines = [
    '[all]',
    'BOOT_UART=1',
    'BOOT_ORDER=0xf261',
    'PCIE_PROBE=1',
    'NET_INSTALL_ENABLED=0',
    'TFTP_FILE_TIMEOUT=120000',
    ...(tftp === undefined ? [] : [`TFTP_IP=${tftp}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** The settings of a bootconf.txt in order. Lines that are neither setting, section nor comment are left out. */
export function parseBootConfig(text: string): BootSetting[] {
  let section = ''
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim()
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section
    const [, name, value = ''] = /^([^#[=\s][^=]*)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, value, section, line: index + 1 }]
  })
}

/**
 * What is wrong with a bootconf.txt. E_EEPROM_SETTING: a known setting with a value that it cannot have.
 * W_EEPROM_SETTING: an unknown name, which a bootloader passes over in silence; or a line that is none.
 */
export function checkBootConfig(text: string, file: string): Fault[] {
  const lines = text.split('\n')
  const fault = (code: Fault['code'], line: number, cause: string, hint?: string): Fault => ({
    code,
    subject: '',
    cause,
    hint,
    place: placeOf(file, line, lines[line - 1] ?? ''),
  })
  const found = parseBootConfig(text)
  const known = new Set(found.map(({ line }) => line))
  const stray = lines.flatMap((raw, index) => {
    const isOther = raw.trim() === '' || /^\s*(#|\[.*\]\s*$)/.test(raw) || known.has(index + 1)
    return isOther ? [] : [fault('W_EEPROM_SETTING', index + 1, 'this is neither a setting nor a section')]
  })
  return [...found.flatMap((setting) => faultOf(setting, fault)), ...stray]
}

function faultOf(
  { name, value, line }: BootSetting,
  fault: (code: Fault['code'], line: number, cause: string, hint?: string) => Fault,
): Fault[] {
  const check = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (check) {
    const wrong = value === '' ? undefined : check(value)
    return wrong ? [fault('E_EEPROM_SETTING', line, `${name}: ${value} ${wrong}`)] : []
  }
  const near = didYouMean(name, Object.keys(settings))
  const hint = Object.hasOwn(inventedSettings, name.toUpperCase())
    ? inventedSettings[name.toUpperCase()]
    : near && `Did you mean ${near}?`
  return [
    fault('W_EEPROM_SETTING', line, `${name} is not a known setting, and the bootloader ignores those`, hint),
  ]
}

function placeOf(file: string, line: number, text: string): Place {
  const column = text.length - text.trimStart().length + 1
  return { file, line, column, length: Math.max(1, text.trim().length), text: text.trimEnd() }
}

/** A bootconf.txt with a setting for all boards: changed where it is set for all already, added at the end if not. */
export function setBootSetting(text: string, name: string, value: string): string {
  const at = parseBootConfig(text).findLast(
    (setting) => setting.name === name && (setting.section === 'all' || setting.section === ''),
  )
  const lines = text.replace(/\n$/, '').split('\n')
  if (at) return `${lines.with(at.line - 1, `${name}=${value}`).join('\n')}\n`
  const last = lines.findLast((line) => /^\s*\[.*\]\s*$/.test(line))?.trim() ?? '[all]'
  return `${[...lines, ...(last === '[all]' ? [] : ['[all]']), `${name}=${value}`].filter((line, i) => line !== '' || i > 0).join('\n')}\n`
}
