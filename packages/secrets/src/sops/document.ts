import { FaultError } from '@homerack/errors'
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Pair,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { redactedPlace } from './place.ts'
import { resolveJsonScalar, resolveYamlScalar } from './resolve-scalar.ts'
import { type TypedValue, typedValue } from './typed-value.ts'

export type SopsFormat = 'yaml' | 'json'

/** A parsed document whose scalars all hold their source text: SOPS has its own idea of what they mean. */
export type SopsDocument = Document<YAMLMap, false>

/**
 * Reads YAML or JSON for SOPS. JSON is read as YAML too, because JavaScript objects do not keep the order of
 * keys such as "10", over which the MAC is made.
 *
 * Throws E_SOPS_SYNTAX, or E_SOPS_FORMAT for what is not supported: several documents in one file, anchors
 * and aliases, tags, keys that are not text, anything but a mapping at the top.
 */
export function parseDocument(text: string, format: SopsFormat, file: string): SopsDocument {
  if (format === 'json') checkJson(text, file)
  const documents = parseAllDocuments(text, { schema: 'failsafe', prettyErrors: false })
  const list = Array.isArray(documents) ? documents : []
  const broken = list.flatMap(({ errors }) => errors)
  if (broken.length > 0)
    throw new FaultError(
      broken.map((error) => ({
        code: 'E_SOPS_SYNTAX',
        subject: file,
        cause: `not valid ${format.toUpperCase()} (${error.code.toLowerCase().replaceAll('_', ' ')})`,
        place: redactedPlace(file, text, error.pos[0]),
      })),
    )
  if (list.length > 1)
    throw unsupported(file, 'several documents in one file', 'Split it into one file each.')
  const [document] = list
  if (!document || !isMap(document.contents))
    throw unsupported(file, 'the top is not a mapping of keys to values')
  const faults = constructsIn(document, format).map(([what, offset]) => ({
    ...unsupportedFault(file, what),
    place: redactedPlace(file, text, offset),
  }))
  if (faults.length > 0) throw new FaultError(faults)
  return document as unknown as SopsDocument
}

function checkJson(text: string, file: string): void {
  try {
    JSON.parse(text)
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    throw new FaultError({
      code: 'E_SOPS_SYNTAX',
      subject: file,
      cause: 'not valid JSON',
      place: redactedPlace(file, text, position === undefined ? text.length : Number(position)),
    })
  }
}

/** What SOPS cannot keep, or homerack does not do, with its offset in the text. */
function constructsIn(document: Document.Parsed, format: SopsFormat): [string, number][] {
  const found: [string, number][] = []
  visit(document, (key, node) => {
    if (!isNode(node)) return
    const offset = node.range?.[0] ?? 0
    if (isAlias(node) || node.anchor) found.push(['an anchor or alias: write the value out', offset])
    else if (node.tag && node.tag !== 'tag:yaml.org,2002:str') found.push([`the tag ${node.tag}`, offset])
    else if (isScalar(node) && key !== 'key' && typeOf(node, format) === undefined)
      found.push(['a whole number of more than 63 bits: put it in quotes', offset])
    else if (
      key === 'key' &&
      (!isScalar(node) ||
        typeOf(node, format)?.type !== 'str' ||
        (node.type === Scalar.PLAIN && node.value === '<<'))
    )
      found.push(['a key that is not text: put it in quotes', offset])
  })
  return found
}

function unsupported(file: string, cause: string, hint?: string): FaultError {
  return new FaultError({ ...unsupportedFault(file, cause), hint })
}

function unsupportedFault(file: string, cause: string) {
  return { code: 'E_SOPS_FORMAT', subject: file, cause } as const
}

/** What SOPS takes a parsed scalar for. */
export function typeOf(node: Scalar, format: SopsFormat): TypedValue | null | undefined {
  const text = String(node.value ?? '')
  if (node.type !== Scalar.PLAIN || node.tag) return typedValue('str', text)
  return format === 'json' ? resolveJsonScalar(text) : resolveYamlScalar(text)
}

/** A scalar that SOPS takes for the given value when it reads the document again. */
export function scalarOf(value: TypedValue | null, format: SopsFormat): Scalar<string> {
  const node = new Scalar(value === null ? 'null' : value.bytes.toString('utf8'))
  node.type = Scalar.PLAIN
  if (value === null) return node
  if (value.type === 'bool') node.value = node.value.toLowerCase()
  else if (value.type === 'float' && format === 'yaml') node.value = yamlFloat(node.value)
  else if (value.type !== 'int' && value.type !== 'float' && (value.type !== 'time' || format === 'json')) {
    const plain = format === 'yaml' && node.value !== '<<' && resolveYamlScalar(node.value)?.type === 'str'
    if (plain) delete node.type
    else node.type = Scalar.QUOTE_DOUBLE
  }
  return node
}

function yamlFloat(text: string): string {
  if (text === 'NaN') return '.nan'
  if (text.endsWith('Inf')) return text.replace('+', '').replace('Inf', '.inf')
  return text.includes('.') ? text : `${text}.0`
}

/** The pair that holds the SOPS metadata. */
export function metadataPair(document: SopsDocument): Pair | undefined {
  return document.contents.items.find(({ key }) => keyText(key) === 'sops')
}

export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key)
}
