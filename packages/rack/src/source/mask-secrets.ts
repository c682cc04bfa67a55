import type { Fault } from '@homerack/errors'

/** An age private key that strayed into the file must not be printed with the line it stands in. */
export function maskSecrets(fault: Fault): Fault {
  const { hint, place } = fault
  return {
    ...fault,
    subject: mask(fault.subject),
    cause: mask(fault.cause),
    ...(hint !== undefined && { hint: mask(hint) }),
    ...(place && { place: { ...place, text: mask(place.text) } }),
  }
}

/** Keeps the length, so that columns stay right. */
function mask(text: string): string {
  return text.replaceAll(
    /(AGE-SECRET-KEY-)([A-Z0-9-]+)/gi,
    (_, head: string, rest: string) => head + '•'.repeat(rest.length),
  )
}
