import { FaultError } from '@homerack/errors'
import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import { at, textAt, textsAt } from './resources/spec-reader.ts'
import { type SecretText, secretText } from './secret-text.ts'

/** `ca`, `crt` and `key` are PEM texts: credentials for `createTalosClient`. */
export type TalosContext = {
  name: string
  endpoints: string[]
  nodes: string[]
  ca: string
  crt: string
  key: SecretText
}

export type Talosconfig = { /** The name of the context in use. */ context: string; contexts: TalosContext[] }

/**
 * Reads a talosconfig.
 *
 * @throws FaultError E_TALOSCONFIG with every fault found. No message quotes the text.
 */
export function parseTalosconfig(text: string, file = 'talosconfig'): Talosconfig {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter,
    schema: 'failsafe',
    prettyErrors: false,
    logLevel: 'silent',
  })
  const fault = (cause: string) => ({ code: 'E_TALOSCONFIG', subject: file, cause }) as const
  const [error] = document.errors
  if (error)
    throw new FaultError(fault(`not YAML: line ${lineCounter.linePos(error.pos[0]).line}: ${error.code}`))
  if (!isMap(document.contents)) throw new FaultError(fault('not a map'))
  const root = plainTree(document)
  if (root === undefined) throw new FaultError(fault('an alias leads nowhere, or there are too many'))
  const found = isMap(document.get('contexts', true)) ? at(root, 'contexts') : {}
  const contexts = Object.entries(found ?? {}).map(
    ([name, content]): TalosContext => ({
      name,
      endpoints: textsAt(content, 'endpoints'),
      nodes: textsAt(content, 'nodes'),
      ca: fromBase64(textAt(content, 'ca')),
      crt: fromBase64(textAt(content, 'crt')),
      key: secretText(fromBase64(textAt(content, 'key'))),
    }),
  )
  const context = textAt(root, 'context')
  const faults = contexts.flatMap((each) =>
    (['ca', 'crt', 'key'] as const)
      .filter((field) => !isPem(field === 'key' ? each.key.reveal() : each[field]))
      .map((field) => fault(`context ${each.name}: ${field} is not PEM in base64`)),
  )
  if (contexts.length === 0) faults.push(fault('there is no context'))
  else if (!contexts.some(({ name }) => name === context))
    faults.push(fault(`context "${context}" is not there`))
  if (faults.length > 0) throw new FaultError(faults)
  return { context, contexts }
}

/** The library resolves aliases only here, and throws when it cannot. */
function plainTree(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ReferenceError) return undefined
    throw error
  }
}

/** The context with that name, or the one in use. @throws FaultError E_TALOSCONFIG if it is not there. */
export function contextOf({ context, contexts }: Talosconfig, name = context): TalosContext {
  const found = contexts.find((each) => each.name === name)
  if (found) return found
  const cause = `context "${name}" is not there`
  const hint = `There is ${contexts.map((each) => each.name).join(', ')}.`
  throw new FaultError({ code: 'E_TALOSCONFIG', subject: 'talosconfig', cause, hint })
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}

function isPem(text: string): boolean {
  return text.startsWith('-----BEGIN ')
}
