import { createHash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

const redacted = '‹redacted›'

/**
 * A text that must not be seen. It prints as `‹redacted›` through String(), template literals, JSON and
 * console.log; only `reveal()` gives the text.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The secret itself, for the one place that sends or writes it. */
  reveal(): string {
    return this.#text
  }

  /** Compares without telling, by the time taken, how much of the text agrees. */
  equals(other: { reveal(): string }): boolean {
    return timingSafeEqual(digest(this.#text), digest(other.reveal()))
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }

  [Symbol.toPrimitive](): string {
    return redacted
  }

  [inspect.custom](): string {
    return redacted
  }
}

/** Equal lengths for `timingSafeEqual`, so that it neither throws nor tells the length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
