import type { Fault } from './fault.ts'

/**
 * A fault as text. With a place:
 *
 *     homerack.yaml:31:60  E_ADDRESS_OUTSIDE  pi-2: 192.168.1.52 is not in 192.168.10.0/24
 *       31 |   - { name: pi-2, address: 192.168.1.52 }
 *          |                            ^^^^^^^^^^^^
 *       Did you mean 192.168.10.52?
 */
export function formatFault(fault: Fault): string {
  const { code, subject, cause, hint, place } = fault
  const hints = (hint ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => `  ${line}`)
  if (!place) return [`${subject}  ${code}  ${cause}`, ...hints].join('\n')
  const about = subject === '' || subject === place.file ? cause : `${subject}: ${cause}`
  const gutter = String(place.line)
  const caret = ' '.repeat(Math.max(0, place.column - 1)) + '^'.repeat(Math.max(1, place.length))
  return [
    `${place.file}:${place.line}:${place.column}  ${code}  ${about}`,
    `  ${gutter} | ${place.text}`,
    `  ${' '.repeat(gutter.length)} | ${caret}`,
    ...hints,
  ].join('\n')
}
