import { FaultError } from '@homerack/errors'

/** The codes of the faults that an action throws; anything else that it throws is a bug. */
export function codesOf(action: () => unknown): readonly string[] {
  try {
    action()
    return []
  } catch (error) {
    if (error instanceof FaultError) return error.faults.map(({ code }) => code)
    throw error
  }
}
