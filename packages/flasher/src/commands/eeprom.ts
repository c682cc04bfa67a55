import { writeFile } from 'node:fs/promises'
import { type Fault, FaultError, formatFault, isWarning } from '@homerack/errors'
import { checkBootConfig, parseBootConfig, setBootSetting } from '../eeprom/boot-config.ts'
import { knownLimits } from '../eeprom/known-limits.ts'
import { type Eeprom, readEeprom } from '../eeprom/read-eeprom.ts'
import { replaceEepromFile } from '../eeprom/replace-file.ts'
import { describeBootOrder } from '../eeprom/settings.ts'
import { formatSignature } from '../eeprom/signature.ts'
import { print, readInput } from './session.ts'

export async function eepromInspect(path: string, { json }: { json?: boolean }): Promise<void> {
  const eeprom = readEeprom(await readInput(path))
  const warnings = [...knownLimits(eeprom), ...checkBootConfig(eeprom.config, 'bootconf.txt')]
  if (json) return print(JSON.stringify({ path, ...eeprom, warnings }))
  for (const line of describe(path, eeprom)) print(line)
  for (const warning of warnings) print(`\n${formatFault(warning)}`)
}

function describe(path: string, { layout, build, updateTime, config, sections }: Eeprom): string[] {
  const order = parseBootConfig(config).findLast(({ name }) => name === 'BOOT_ORDER')?.value
  const files = sections.filter(({ kind }) => kind === 'file').map(({ name }) => name)
  return [
    `${path}: bootloader of ${build.date ?? 'unknown date'} (${build.version ?? 'unknown version'})`,
    `layout     ${layout === 'ab' ? 'A/B' : 'one partition'}; files: ${[...new Set(files)].join(', ')}`,
    ...(build.manufacturing === undefined
      ? []
      : [`boards     rpi-min-boot-ver up to ${build.manufacturing}`]),
    ...(updateTime === undefined ? [] : [`updated    ${new Date(updateTime * 1000).toISOString()}`]),
    ...(order ? [`boots      ${describeBootOrder(order) ?? order}`] : []),
    '',
    config.trimEnd(),
  ]
}

type EditOptions = {
  readonly out: string
  readonly config?: string
  readonly set?: readonly string[]
  readonly time?: number
}

export async function eepromEdit(path: string, options: EditOptions): Promise<void> {
  const image = await readInput(path)
  const given =
    options.config === undefined ? undefined : (await readInput(options.config)).toString('latin1')
  const config = (options.set ?? []).reduce(applySetting, given ?? readEeprom(image).config)
  await checkConfig(config, options.config ?? 'bootconf.txt')
  const edited = replaceEepromFile(image, 'bootconf.txt', Buffer.from(config, 'latin1'))
  await writeNew(options.out, edited)
  const sig = `${options.out.replace(/\.(bin|upd)$/, '')}.sig`
  await writeNew(sig, Buffer.from(formatSignature(edited, { time: options.time ?? nowInSeconds() })))
  print(`${options.out}, ${sig}`)
}

export const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

/** Shows warnings; throws the faults. */
export async function checkConfig(text: string, file: string): Promise<void> {
  const faults: Fault[] = checkBootConfig(text, file)
  for (const warning of faults.filter(isWarning)) process.stderr.write(`${formatFault(warning)}\n`)
  const errors = faults.filter((fault) => !isWarning(fault))
  if (errors.length > 0) throw new FaultError(errors)
}

function applySetting(config: string, assignment: string): string {
  const at = assignment.indexOf('=')
  if (at < 1 || /[\r\n]/.test(assignment))
    throw new FaultError({
      code: 'E_OPTION',
      subject: `--set ${assignment}`,
      cause: 'it has not the form NAME=VALUE',
    })
  return setBootSetting(config, assignment.slice(0, at), assignment.slice(at + 1))
}

/** @throws FaultError E_FILE_EXISTS: nothing is written over */
export async function writeNew(path: string, content: Uint8Array): Promise<void> {
  await writeFile(path, content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST')
      throw new FaultError({ code: 'E_FILE', subject: path, cause: `it cannot be written (${error.code})` })
    const hint = 'Name another file with --out, or move this one away.'
    throw new FaultError({ code: 'E_FILE_EXISTS', subject: path, cause: 'the file is there already', hint })
  })
}
