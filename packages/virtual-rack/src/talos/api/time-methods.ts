import type { DescService } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { clockSkew } from '../clock-skew.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<DescService>>

/** Talos 1.13 asks this one if no other is configured. */
const defaultServer = 'time.cloudflare.com'

/** What the node's clock says, and what a time server says. Every server is right, and answers a node in sync. */
export function timeMethods({ node }: Call): Methods {
  const check = (server: string) => {
    if (server === '') throw refuse('InvalidArgument', 'ntp server is required')
    if (!node.clockInSync()) throw refuse('Unknown', `error querying NTP server "${server}": i/o timeout`)
    const local = node.world.now()
    const skew = clockSkew(node.world.faults, node.board.name)
    return {
      messages: [
        {
          server,
          localtime: timestampFromDate(local),
          remotetime: timestampFromDate(new Date(local.getTime() - skew)),
        },
      ],
    }
  }
  const methods: object = {
    time: () => check(defaultServer),
    timeCheck: ({ server }: { server: string }) => check(server),
  }
  // The service is defined at run time, where types do not reach.
  return methods as Methods
}
