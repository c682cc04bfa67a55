import type { Place } from '@homerack/errors'

/** A place in a document whose line may hold secrets: of its text only the key is shown. */
export function redactedPlace(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const start = before.lastIndexOf('\n') + 1
  const whole = text.slice(start).split('\n', 1)[0] ?? ''
  const key = /^[\s-]*"?[\w./-]+"?:(?=\s|$)/.exec(whole)?.[0]
  return {
    file,
    line,
    column: key === undefined ? 1 : offset - start + 1,
    length: 1,
    text: key === undefined ? '‹redacted›' : `${key} ‹redacted›`,
  }
}
