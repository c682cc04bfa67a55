import type { Place } from '@homerack/errors'
import type { LineCounter } from 'yaml'

export type SourceText = { readonly text: string; readonly file: string; readonly lines: LineCounter }

/** The place of the characters from `start` to `end`, cut at the end of the first line. */
export function placeAt({ text, file, lines }: SourceText, start: number, end: number): Place {
  const { line } = lines.linePos(Math.min(start, text.length))
  const lineStart = lines.lineStarts[line - 1] ?? 0
  const whole = /^[^\r\n]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const column = Math.min(start - lineStart, whole.length)
  const length = Math.max(1, Math.min(end - lineStart, whole.length) - column)
  return { file, line: Math.max(1, line), column: column + 1, length, text: whole }
}
