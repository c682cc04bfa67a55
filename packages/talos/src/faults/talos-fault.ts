import { ConnectError } from '@connectrpc/connect'
import { type Fault, FaultError } from '@homerack/errors'
import { causesOf, type TalosStatus, talosStatusOf } from './talos-status.ts'

type Kind = Pick<Fault, 'code' | 'hint'>

const unreachable =
  /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE)$/
const untrusted = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/
/** What connect-node (2.2.0) makes of a connection that ends before the answer. */
const cutOff = /^http\/2 stream closed with error code (CANCEL|REFUSED_STREAM)/
const alert = /SSL routines|tls alert|alert number/i

/** What a node says in the bootstrap sequence and around it (Talos 1.13.9 and 1.14.0-rc.1). */
const known: readonly { status: TalosStatus; text: RegExp; kind: Kind }[] = [
  {
    status: 'AlreadyExists',
    text: /etcd data directory is not empty/,
    kind: {
      code: 'E_TALOS_ALREADY_BOOTSTRAPPED',
      hint: 'This node has etcd data: nothing is left to bootstrap.',
    },
  },
  {
    status: 'FailedPrecondition',
    text: /time is not in sync/,
    kind: {
      code: 'E_TALOS_TIME_NOT_IN_SYNC',
      hint: 'A Pi has no clock battery by default: check that the node reaches its time servers (UDP 123).',
    },
  },
  {
    status: 'FailedPrecondition',
    text: /not available yet/,
    kind: { code: 'E_TALOS_NOT_READY', hint: 'The node is still booting or wants a reboot: try again.' },
  },
]

const byStatus: Partial<Record<TalosStatus, Kind>> = {
  Canceled: { code: 'E_TALOS_CANCELED' },
  InvalidArgument: { code: 'E_TALOS_INVALID' },
  DeadlineExceeded: {
    code: 'E_TALOS_DEADLINE',
    hint: 'The node is busy, or something on the way drops packets.',
  },
  NotFound: { code: 'E_TALOS_NOT_FOUND' },
  AlreadyExists: { code: 'E_TALOS_ALREADY_EXISTS' },
  PermissionDenied: {
    code: 'E_TALOS_DENIED',
    hint: 'In maintenance mode only reading, applying a config and wiping disks are allowed.',
  },
  Unauthenticated: {
    code: 'E_TALOS_DENIED',
    hint: 'The client certificate carries no role that the node knows.',
  },
  ResourceExhausted: { code: 'E_TALOS_TOO_LARGE', hint: 'A message may have 32 MiB.' },
  FailedPrecondition: { code: 'E_TALOS_PRECONDITION' },
  Unimplemented: { code: 'E_TALOS_UNIMPLEMENTED', hint: 'This Talos version does not have the call.' },
  Unavailable: {
    code: 'E_TALOS_UNAVAILABLE',
    hint: 'The service behind the call is not up yet, or the node restarts.',
  },
}

/**
 * An error of a call as a fault: about the endpoint if there was no connection to it, else about the node. Faults stay what they are, also those of a source that was being
 * uploaded, and so do bugs of ours, which are no ConnectError.
 */
export function talosFault(
  error: unknown,
  { node, endpoint, rpc }: { node: string; endpoint: string; rpc: string },
): Error {
  const fault = causesOf(error).find((each) => each instanceof FaultError)
  if (fault) return fault
  const refused = connectionFault(error, endpoint)
  if (refused) return new FaultError(refused, { cause: error })
  const connectError = causesOf(error).find((each) => each instanceof ConnectError)
  const status = talosStatusOf(error)
  if (!connectError || !status) return error instanceof Error ? error : new Error(String(error))
  const text = connectError.rawMessage
  const kind = known.find((each) => each.status === status && each.text.test(text))?.kind ?? byStatus[status]
  const { code, hint } = kind ?? { code: 'E_TALOS_FAILED' as const, hint: undefined }
  return new FaultError({ code, subject: node, cause: `${rpc}: ${text} (${status})`, hint }, { cause: error })
}

/** The fault of a connection that never came to a call: nobody there, or somebody else. */
function connectionFault(error: unknown, subject: string): Fault | undefined {
  const chain = causesOf(error)
  const root = chain.findLast((each) => each instanceof Error)
  const codes = chain.map((each) => ('code' in each && typeof each.code === 'string' ? each.code : ''))
  if (chain.some(({ message }) => alert.test(message))) {
    const cause = `the node refuses our client certificate (${alertName(chain)})`
    return {
      code: 'E_TALOS_TLS',
      subject,
      cause,
      hint: 'It belongs to another cluster, or the certificate is out of date.',
    }
  }
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    const cause = `another node of the cluster answers: ${root?.message ?? 'the certificate is for another address'}`
    const hint = 'Are two nodes at the same address, or did this one get a new one?'
    return { code: 'E_TALOS_OTHER_NODE', subject, cause, hint }
  }
  if (codes.some((code) => untrusted.test(code))) {
    const hint = 'Another machine answers at this address, or the node belongs to another cluster.'
    return { code: 'E_TALOS_TLS', subject, cause: root?.message ?? 'TLS failed', hint }
  }
  if (chain.some((each) => each instanceof ConnectError && cutOff.test(each.rawMessage))) {
    const hint = 'It may be restarting, or it does not want our certificate.'
    return { code: 'E_TALOS_UNREACHABLE', subject, cause: 'the node closed the connection', hint }
  }
  if (codes.some((code) => unreachable.test(code))) {
    const hint = 'Is the node powered, booted, and at this address?'
    return { code: 'E_TALOS_UNREACHABLE', subject, cause: root?.message ?? 'no connection', hint }
  }
  return undefined
}

/** `tlsv13 alert certificate required` out of OpenSSL's `80E…:error:0A00045C:SSL routines:…:tlsv13 alert …:…`. */
function alertName(chain: readonly Error[]): string {
  const text = chain.map(({ message }) => message).find((message) => alert.test(message)) ?? ''
  return /(?:tlsv1\d*|sslv3) alert [a-z ]+/i.exec(text)?.[0] ?? 'a TLS alert'
}
