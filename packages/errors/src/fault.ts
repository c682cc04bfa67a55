/** A place in a text file. Lines and columns count from 1; `length` is in characters. */
export type Place = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
  /** The whole source line, without its line break. */
  readonly text: string
}

/**
 * Something that is wrong, said so that a person can act on it.
 *
 * `code` is stable and may be matched by programs. `subject` is what the fault is about (a node, a file, a
 * service). `cause` is what was found and, where it helps, what was expected. `hint` is the next step.
 */
export type Fault = {
  readonly code: `E_${string}` | `W_${string}`
  readonly subject: string
  readonly cause: string
  readonly hint?: string | undefined
  readonly place?: Place | undefined
}

/** A fault whose code starts with `W_` is a warning: shown, but it stops nothing. */
export function isWarning(fault: Fault): boolean {
  return fault.code.startsWith('W_')
}
