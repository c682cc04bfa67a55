import { FaultError } from '@homerack/errors'

/** What the operator tells the agent on the kernel command line. No secrets: anyone can read it. */
export type Settings = {
  /** Such as `http://192.168.10.250:8069`. */
  readonly operator: string
}

/**
 * Reads `homerack.operator=URL` from a kernel command line.
 * @throws FaultError E_AGENT_CMDLINE if it is missing or no http address
 */
export function readSettings(cmdline: string): Settings {
  const words = cmdline.trim().split(/\s+/)
  const value = words
    .findLast((word) => word.startsWith('homerack.operator='))
    ?.slice('homerack.operator='.length)
  const url = value && URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:')
    throw new FaultError({
      code: 'E_AGENT_CMDLINE',
      subject: 'kernel command line',
      cause: value ? `homerack.operator=${value} is not an http address` : 'homerack.operator is missing',
    })
  return { operator: url.origin }
}
