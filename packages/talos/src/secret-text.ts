import { inspect } from 'node:util'

/** Text that prints as `‹redacted›`; only `reveal()` gives it. */
export type SecretText = { reveal(): string; toString(): string; toJSON(): string }

export function secretText(text: string): SecretText {
  const redacted = () => '‹redacted›'
  return {
    reveal: () => text,
    toString: redacted,
    toJSON: redacted,
    [inspect.custom]: redacted,
  } as SecretText
}
