import { formatFault, isWarning } from '@homerack/errors'
import { examineHost } from '../doctor/examine-host.ts'
import { print } from './session.ts'

type DoctorOptions = {
  readonly listen?: string
  readonly tftpPort: number
  readonly dhcpPort: number
  readonly httpPort: number
  readonly wait: number
  readonly json?: boolean
}

/** Says what was found; exit code 1 where something is wrong, warnings aside. */
export async function doctor({ listen, wait, json, ...ports }: DoctorOptions): Promise<void> {
  const checks = await examineHost({
    ...(listen !== undefined && { address: listen }),
    ports: { tftp: ports.tftpPort, dhcp: ports.dhcpPort, http: ports.httpPort },
    waitMs: wait * 1000,
  })
  for (const { what, found, faults } of checks) {
    if (json) print(JSON.stringify({ what, found, faults }))
    else print([`${what.padEnd(18)} ${found}`, ...faults.map(formatFault)].join('\n'))
  }
  if (checks.some(({ faults }) => faults.some((fault) => !isWarning(fault)))) process.exitCode = 1
}
