import { type Fault, FaultError } from '@homerack/errors'
import { at, isJsonObject, listAt, textAt } from '../object/kube-object.ts'

/** A refusal as the Kubernetes API words it (meta/v1 Status), reduced to what decisions are made from. */
export type ApiStatus = {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[]
}

/** The Status behind a failed request; undefined where no API server answered. */
export function statusOf(error: unknown): ApiStatus | undefined {
  const status = error instanceof FaultError ? error.cause : undefined
  return isJsonObject(status) && typeof status.code === 'number' ? (status as ApiStatus) : undefined
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error)?.code === 404
}

/** Reads a body of an answer that is not a success; one that is no Status becomes one. */
export function readStatus(code: number, body: string): ApiStatus {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    value = undefined
  }
  return toStatus(value, code, body)
}

/** Reads the object of an ERROR event of a watch. */
export function toStatus(value: unknown, code = 500, text = ''): ApiStatus {
  const causes = listAt(value, 'details', 'causes').map((cause) => ({
    reason: textAt(cause, 'reason'),
    message: textAt(cause, 'message'),
    field: textAt(cause, 'field'),
  }))
  const own = at(value, 'code')
  return {
    code: typeof own === 'number' ? own : code,
    reason: textAt(value, 'reason'),
    message: textAt(value, 'message') || text.trim().slice(0, 300) || `HTTP status ${code}`,
    causes,
  }
}

const codes: Readonly<Record<number, readonly [code: Fault['code'], hint?: string]>> = {
  400: ['E_OBJECT_INVALID'],
  401: [
    'E_CLUSTER_UNAUTHORIZED',
    'The certificate or token of the kubeconfig has expired, or is for another cluster.',
  ],
  403: ['E_FORBIDDEN', 'Ask for this right, or use a kubeconfig that has it.'],
  404: ['E_NOT_FOUND'],
  409: ['E_CONFLICT'],
  410: ['E_EXPIRED'],
  413: ['E_OBJECT_TOO_LARGE', 'An object may have about 1.5 MB; a ConfigMap or Secret 1 MiB.'],
  422: ['E_OBJECT_INVALID'],
  429: [
    'E_CLUSTER_BUSY',
    'The API server is overloaded, or a disruption budget forbids this: try again later.',
  ],
  503: ['E_CLUSTER_UNAVAILABLE', 'Is etcd healthy, with more than half of its members?'],
}

/** A server-side apply of something that does not fit the schema is answered 500 (Kubernetes 1.36). */
const misfit =
  /^failed to (?:create typed patch object|convert new object) \([^)]*\)(?: to proper version)?: /

/** The failure as it is thrown. `statusOf` gives the Status back. */
export function apiError(subject: string, status: ApiStatus): FaultError {
  const { message } = status
  if (misfit.test(message)) {
    const cause = message.replace(misfit, '').replace(/&value\.valueUnstructured\{Value:(.*)\}$/s, '$1')
    return new FaultError({ code: 'E_OBJECT_INVALID', subject, cause }, { cause: status })
  }
  const [code, hint] = codes[status.code] ?? ['E_CLUSTER_ERROR']
  // Exceeded quotas, terminating namespaces and admission policies are 403 too, and no matter of rights.
  const isAboutRights = status.code !== 403 || /cannot \w+ (resource|path)/.test(message)
  return new FaultError(
    { code, subject, cause: message, hint: isAboutRights ? hint : undefined },
    { cause: status },
  )
}
