import * as z from 'zod'

/** What a leaf tells about a bad value; it travels in the `params` of a zod issue. */
export type LeafFault = {
  readonly code: `E_${string}`
  readonly cause: string
  readonly hint?: string | undefined
}

/**
 * Text of one kind. `expected` completes the sentence "`value` is not …". The value stays text, so that the schema
 * describes the file as it is written; units/ turns it into numbers.
 */
export function leaf(options: {
  code: `E_${string}`
  expected: string
  test: (value: string) => boolean
  hint?: (value: string) => string | undefined
  examples: readonly string[]
}) {
  const { code, expected, test, hint, examples } = options
  return z
    .string()
    .check((context) => {
      const { value } = context
      if (test(value)) return
      const params: LeafFault = { code, cause: `"${value}" is not ${expected}`, hint: hint?.(value) }
      context.issues.push({ code: 'custom', input: value, params })
    })
    .meta({ examples: [...examples] })
}

/** A fault about a whole object or list, for use inside a zod check. */
export function shapeIssue(input: unknown, path: PropertyKey[], params: LeafFault) {
  return { code: 'custom' as const, input, path, params }
}

/** "Did you mean …?", or nothing where there is nothing to offer. */
export function offer(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `Did you mean ${word}?`
}
