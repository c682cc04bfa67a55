import { FaultError } from '@homerack/errors'
import { type Connection, openConnection } from './connection.ts'
import { type Credentials, expiredFault, secureContextOf } from './credentials.ts'

/**
 * A connection to one node or endpoint with the given credentials.
 *
 * @throws FaultError E_TALOS_CREDENTIALS if they cannot be used; a call throws E_TALOS_EXPIRED once they have ended.
 */
export function connectTo(target: {
  address: string
  port: number
  credentials: Credentials
  resolve: (address: string) => string
}): Connection {
  const { address, port, credentials, resolve } = target
  const context = secureContextOf(credentials, address)
  const maintenance = 'maintenance' in credentials ? credentials.maintenance : undefined
  const beforeDial = () => {
    const expired = expiredFault(credentials, address, Date.now())
    if (expired) throw new FaultError(expired)
  }
  return openConnection({ address, port, context, maintenance, resolve, beforeDial })
}
