import { FaultError } from '@homerack/errors'

/** No answer came within this many milliseconds. */
export class SilentError extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} for ${milliseconds / 1000} s`)
  }
}

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** A failure below HTTP as a fault: E_CLUSTER_CERTIFICATE, E_CLUSTER_UNAUTHORIZED, E_KUBECONFIG or E_CLUSTER_UNREACHABLE. */
export function connectionError(server: string, error: Error): FaultError {
  const code = 'code' in error ? String(error.code) : ''
  const cause = code && !error.message.includes(code) ? `${error.message} (${code})` : error.message
  if (untrusted.has(code)) {
    const hint = 'Is the kubeconfig of this cluster, and the clock right?'
    return new FaultError({ code: 'E_CLUSTER_CERTIFICATE', subject: server, cause, hint }, { cause: error })
  }
  if (code.startsWith('ERR_SSL') && code.includes('ALERT')) {
    const hint = 'The server refused the client certificate of the kubeconfig: has it expired?'
    return new FaultError({ code: 'E_CLUSTER_UNAUTHORIZED', subject: server, cause, hint }, { cause: error })
  }
  if (code.startsWith('ERR_OSSL')) {
    const why = `its certificate and key cannot be used: ${cause}`
    return new FaultError({ code: 'E_KUBECONFIG', subject: 'kubeconfig', cause: why }, { cause: error })
  }
  const hint = 'Is the control plane powered, and the address right?'
  return new FaultError({ code: 'E_CLUSTER_UNREACHABLE', subject: server, cause, hint }, { cause: error })
}
