import { type Fault, FaultError } from '@homerack/errors'
import { parse } from 'yaml'
import { isJsonObject, type JsonObject, listAt, textAt } from '../object/kube-object.ts'

/** What a kubeconfig says about one cluster and one user. Certificates and key are PEM. */
export type KubeconfigContext = {
  readonly server: URL
  /** Whom to trust; Node's own list of authorities where a kubeconfig names none. */
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly token: string | undefined
}

const unsupported = [
  'client-certificate',
  'client-key',
  'tokenFile',
  'username',
  'exec',
  'auth-provider',
  'as',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'proxy-url',
  'tls-server-name',
] as const

/**
 * Reads one context of a kubeconfig, the current one unless told. Everything must be inside the text (as
 * `kubectl config view --flatten --raw` writes it): files, plugins and logins that it names are refused.
 *
 * Throws E_KUBECONFIG.
 */
export function parseKubeconfig(text: string, contextName?: string): KubeconfigContext {
  const config = parseText(text)
  const name = contextName ?? textAt(config, 'current-context')
  const context = named(config, 'contexts', 'context', name)
  const cluster = named(config, 'clusters', 'cluster', textAt(context, 'cluster'))
  const user = named(config, 'users', 'user', textAt(context, 'user'))
  const used = [...Object.entries(cluster), ...Object.entries(user)].filter(([, value]) => Boolean(value))
  const refused = used.map(([field]) => field).filter((field) => unsupported.some((one) => one === field))
  if (refused.length > 0) {
    throw invalid(
      `uses ${refused.join(', ')}, which is not supported`,
      'Embed the certificates: kubectl config view --flatten --raw --minify.',
    )
  }
  return {
    server: serverUrl(textAt(cluster, 'server')),
    ca: decoded(cluster, 'certificate-authority-data'),
    cert: decoded(user, 'client-certificate-data'),
    key: decoded(user, 'client-key-data'),
    token: textAt(user, 'token') || undefined,
  }
}

function parseText(text: string): JsonObject {
  let config: unknown
  try {
    config = parse(text)
  } catch {
    // The parser's message quotes the text, and that holds a private key.
    throw invalid('is not YAML')
  }
  if (!isJsonObject(config) || !Array.isArray(config.clusters)) throw invalid('has no list of clusters')
  return config
}

function named(config: JsonObject, list: string, field: string, name: string): JsonObject {
  const all = listAt(config, list)
  const entry = all.find((one) => one.name === name)?.[field]
  if (isJsonObject(entry)) return entry
  const known = all.map((one) => String(one.name)).join(', ')
  throw invalid(`has no ${field} named ${JSON.stringify(name)}`, known ? `There is: ${known}.` : undefined)
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:') return url
  throw invalid(`its server ${JSON.stringify(text)} is not an https:// URL`)
}

function decoded(section: JsonObject, field: string): string | undefined {
  const value = textAt(section, field)
  if (value === '') return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  if (!text.includes('-----BEGIN ')) throw invalid(`its ${field} is not a PEM in base64`)
  return text
}

function invalid(cause: string, hint?: string): FaultError {
  const fault: Fault = { code: 'E_KUBECONFIG', subject: 'kubeconfig', cause, hint }
  return new FaultError(fault)
}
