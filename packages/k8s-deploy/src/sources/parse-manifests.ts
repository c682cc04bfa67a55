import type { Fault, Place } from '@homerack/errors'
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { isJsonObject, type KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { kubernetesYaml } from './kubernetes-yaml.ts'

/** The objects of one file (YAML with any number of documents, or JSON) and everything that is wrong with it. */
export function parseManifests(text: string, file: string): { manifests: Manifest[]; faults: Fault[] } {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { ...kubernetesYaml, lineCounter: lines, prettyErrors: false })
  const manifests: Manifest[] = []
  const faults: Fault[] = []
  const place = (from: number, to: number): Place => placeIn(text, file, lines, from, to)
  const mayHoldSecrets = /\bSecret\b/.test(text)
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) {
      faults.push(...document.errors.map((error) => syntaxFault(error, place, mayHoldSecrets)))
      continue
    }
    for (const node of objectNodes(document.contents)) {
      const origin = originOf(node, place)
      try {
        const value: unknown = node.toJS(document, { maxAliasCount: 1000 })
        const wrong = checkShape(value, origin)
        if (wrong.length > 0) faults.push(...wrong)
        else manifests.push({ object: value as KubeObject, origin })
      } catch (error) {
        faults.push({ code: 'E_YAML', subject: file, cause: (error as Error).message, place: origin })
      }
    }
  }
  return { manifests, faults }
}

/** The document itself, or what a List in it holds. */
function objectNodes(node: Node | null): Node[] {
  if (node === null || (isScalar(node) && node.value === null)) return []
  if (!isMap(node)) return [node]
  const items = node.get('items')
  const kind = node.get('kind')
  if (!isSeq(items) || typeof kind !== 'string' || !kind.endsWith('List')) return [node]
  return items.items.flatMap((item) => objectNodes(item as Node))
}

function originOf(node: Node, place: (from: number, to: number) => Place): Place {
  const kind = isMap(node) ? (node as YAMLMap).get('kind', true) : undefined
  const [from, to] = kind?.range ?? node.range ?? [0, 1]
  return place(from, to)
}

/** What an object lacks to be one of Kubernetes: E_MANIFEST. */
export function checkShape(value: unknown, place: Place): Fault[] {
  const fault = (cause: string, hint?: string): Fault => ({
    code: 'E_MANIFEST',
    subject: isJsonObject(value) && typeof value.kind === 'string' ? value.kind : place.file,
    cause,
    hint,
    place,
  })
  if (!isJsonObject(value)) return [fault('is not a Kubernetes object')]
  const faults = (['apiVersion', 'kind'] as const)
    .filter((field) => typeof value[field] !== 'string' || value[field] === '')
    .map((field) => fault(`has no ${field}`))
  const metadata = isJsonObject(value.metadata) ? value.metadata : {}
  if (typeof metadata.name !== 'string' || metadata.name === '') {
    const hint = metadata.generateName
      ? 'Server-side apply needs a name: generateName cannot be used.'
      : undefined
    faults.push(fault('has no metadata.name', hint))
  }
  if (metadata.namespace !== undefined && typeof metadata.namespace !== 'string') {
    faults.push(fault('metadata.namespace is not text'))
  }
  return faults
}

/** A line that cannot be parsed may be one of a Secret, so it is not shown where the file has one. */
function syntaxFault(error: YAMLError, place: (from: number, to: number) => Place, isHidden: boolean): Fault {
  const found = place(...error.pos)
  const shown = isHidden ? { ...found, length: 1, text: '‹redacted›' } : found
  return { code: 'E_YAML', subject: '', cause: error.message, place: shown }
}

function placeIn(text: string, file: string, lines: LineCounter, from: number, to: number): Place {
  const { line, col } = lines.linePos(from)
  const start = lines.lineStarts[line - 1] ?? 0
  const end = lines.lineStarts[line] ?? text.length
  const source = text.slice(start, end).replace(/\r?\n$/, '')
  const length = Math.max(1, Math.min(to - from, source.length - col + 1))
  return { file, line, column: col, length, text: source }
}
