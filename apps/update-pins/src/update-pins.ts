import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { type Fault, FaultError } from '@homerack/errors'
import { pinImage, type Registries } from './pin-image.ts'
import { type FilePin, type Pins, pinsFile } from './pins.ts'

export type UpdateOptions = {
  /** nix/pins.json. */
  readonly file: string
  readonly registries: Registries
  /** Only these pins; all if empty. */
  readonly only: readonly string[]
  /** Also those that are known already: a tag may have moved. */
  readonly all: boolean
  /** Hears the name of each pin that was looked up, and whether it changed. */
  readonly onPin: (name: string, changed: boolean) => void
  readonly signal?: AbortSignal
}

/**
 * Looks up the pins that are not known, and writes the file. What could be had is written even if some could not.
 * @throws FaultError with every pin that could not be had; E_PINS_FILE if the file is not what it should be
 */
export async function updatePins(options: UpdateOptions): Promise<void> {
  const pins = await readPins(options.file)
  const wanted = namesOf(pins, options)
  const faults: Fault[] = []
  for (const name of wanted) {
    try {
      const changed = await updateOne(pins, name, options)
      options.onPin(name, changed)
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      faults.push(...error.faults)
    }
  }
  await writeFile(`${options.file}.new`, format(pins))
  await rename(`${options.file}.new`, options.file)
  if (faults.length > 0) throw new FaultError(faults)
}

async function readPins(file: string): Promise<Pins> {
  const parsed = pinsFile.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => ({
    code: 'E_PINS_FILE' as const,
    subject: `${file}: ${path.join('.')}`,
    cause: message,
  }))
  throw new FaultError(faults)
}

function namesOf(pins: Pins, { only, all, file }: UpdateOptions): string[] {
  const names = [...Object.keys(pins.images), ...Object.keys(pins.files)]
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    const cause = `there is no pin ${unknown.join(', ')}; there are: ${names.join(', ')}`
    throw new FaultError({ code: 'E_PIN', subject: file, cause })
  }
  if (only.length > 0) return [...only]
  return all ? names : names.filter((name) => !isKnown(pins, name))
}

function isKnown({ images, files }: Pins, name: string): boolean {
  const image = images[name]
  return image ? !Object.values(image.platforms).includes(null) : (files[name]?.hash ?? null) !== null
}

async function updateOne(pins: Pins, name: string, { registries, signal }: UpdateOptions): Promise<boolean> {
  const { images, files } = pins
  const before = JSON.stringify([images[name], files[name]])
  const image = images[name]
  const file = files[name]
  if (image) images[name] = await pinImage(image, registries)
  if (file) files[name] = await pinFile(file, signal)
  return JSON.stringify([images[name], files[name]]) !== before
}

async function pinFile({ url }: FilePin, signal?: AbortSignal): Promise<FilePin> {
  const response = await fetch(url, { ...(signal && { signal }) }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new FaultError({ code: 'E_FETCH', subject: url, cause: `it cannot be reached: ${cause}` })
  })
  if (!response.ok || !response.body)
    throw new FaultError({ code: 'E_FETCH', subject: url, cause: `the server answered ${response.status}` })
  const hash = createHash('sha256')
  for await (const chunk of response.body) hash.update(chunk)
  return { url, hash: `sha256-${hash.digest('base64')}` }
}

/** Two spaces, as the file is written by hand. */
function format(pins: Pins): string {
  return `${JSON.stringify(pins, null, 2)}\n`
}
