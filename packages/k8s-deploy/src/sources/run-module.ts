import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Fault, FaultError, type Place } from '@homerack/errors'
import { isJsonObject, type KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { checkShape } from './parse-manifests.ts'

/** What a module of manifests exports. `input` is what its caller gives: values of the rack, or nothing. */
export type ManifestsModule = {
  manifests(input: unknown): readonly KubeObject[] | Promise<readonly KubeObject[]>
}

/**
 * The objects that the function `manifests` of a JavaScript or TypeScript module returns (types are stripped by
 * Node, so no `enum` and the like). The module is loaded anew when its file has changed. Origin: the module, and
 * which of its objects.
 *
 * Throws E_MANIFEST_MODULE, with the line of the module that threw, and E_MANIFEST.
 */
export async function runModule(file: string, input: unknown): Promise<Manifest[]> {
  const objects = await callModule(file, input)
  const places = objects.map((_, index): Place => {
    const text = `object ${index + 1} of ${objects.length} that manifests() returns`
    return { file, line: 1, column: 1, length: text.length, text }
  })
  throwAll(objects.flatMap((object, index) => checkShape(object, places[index] as Place)))
  return objects.map((object, index) => ({ object: object as KubeObject, origin: places[index] as Place }))
}

async function callModule(file: string, input: unknown): Promise<unknown[]> {
  const url = pathToFileURL(resolve(file))
  const { pathname } = url
  let answer: unknown
  try {
    url.searchParams.set('changed', String((await stat(file)).mtimeMs))
    const loaded: unknown = await import(url.href)
    if (!isJsonObject(loaded) || typeof loaded.manifests !== 'function')
      throw new FaultError(fault(file, 'exports no function named manifests'))
    // Through JSON, as it is sent: unset fields vanish, and nothing of the module stays in it.
    answer = JSON.parse(JSON.stringify((await loaded.manifests(input)) ?? null))
  } catch (error) {
    if (error instanceof FaultError) throw error
    const failed = fault(file, `failed: ${(error as Error).message}`)
    throw new FaultError({ ...failed, place: await placeOf(error, file, pathname) }, { cause: error })
  }
  if (!Array.isArray(answer)) throw new FaultError(fault(file, 'manifests() returns no list'))
  return answer
}

function fault(file: string, cause: string): Fault {
  const hint = 'It exports function manifests(input) and returns a list of Kubernetes objects.'
  return { code: 'E_MANIFEST_MODULE', subject: file, cause, hint }
}

/**
 * The line of the module that an error came from, as its stack says. It is not shown where the module names Secrets: it
 * may hold one.
 */
async function placeOf(error: unknown, file: string, pathname: string): Promise<Place | undefined> {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : []
  const frame = frames.find((one) => one.includes(pathname))
  const [, line, column = '1'] = /:(\d+)(?::(\d+))?\)?$/.exec(frame ?? '') ?? []
  if (line === undefined) return undefined
  const text = await readFile(file, 'utf8')
  const shown = /\bSecret\b/.test(text) ? '‹redacted›' : (text.split('\n')[Number(line) - 1] ?? '')
  return { file, line: Number(line), column: Number(column), length: 1, text: shown }
}
