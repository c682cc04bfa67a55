import { createHash } from 'node:crypto'
import { FaultError } from '@homerack/errors'
import { z } from 'zod'

export type Registry = {
  /** A manifest or an index, by tag or digest, with the digest of its bytes. @throws FaultError E_REGISTRY, E_DIGEST */
  manifest(repository: string, reference: string): Promise<{ digest: string; size: number; body: Manifest }>
  /** A blob, checked against its digest. @throws FaultError E_REGISTRY, E_DIGEST */
  blob(repository: string, digest: string): Promise<Buffer>
}

export type RegistryOptions = {
  /** Registry host, with a port if need be. Plain HTTP is used for 127.0.0.1 only. */
  readonly host: string
  readonly signal?: AbortSignal
}

const descriptor = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() })
const manifest = z.looseObject({
  mediaType: z.string().optional(),
  /** An index has manifests … */
  manifests: z
    .array(
      descriptor.extend({ platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional() }),
    )
    .optional(),
  /** … and a manifest has a config and layers. */
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
})
export type Manifest = z.infer<typeof manifest>

const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** A reader of public images, after the OCI distribution specification 1.1 and the token scheme of Docker's registry. */
export function openRegistry({ host, signal }: RegistryOptions): Registry {
  const base = `${/^127\.0\.0\.1(:|$)/.test(host) ? 'http' : 'https'}://${host}/v2`
  let authorization: string | undefined

  const get = async (path: string, accept: string): Promise<Buffer> => {
    const ask = () =>
      fetch(`${base}/${path}`, {
        headers: { accept, ...(authorization !== undefined && { authorization }) },
        ...(signal && { signal }),
      })
    let response = await reach(host, ask)
    if (response.status === 401 && authorization === undefined) {
      authorization = await anonymousToken(host, response.headers.get('www-authenticate') ?? '', signal)
      response = await reach(host, ask)
    }
    if (!response.ok) throw refused(`${host}/${path}`, `the registry answered ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  }

  return {
    manifest: async (repository, reference) => {
      const bytes = await get(`${repository}/manifests/${reference}`, accepted.join(', '))
      const digest = digestOf(bytes)
      if (reference.startsWith('sha256:')) mustBe(`${host}/${repository}`, reference, digest)
      const body = manifest.safeParse(parseJson(bytes))
      if (!body.success) throw refused(`${host}/${repository}`, `${reference} is not an image manifest`)
      return { digest, size: bytes.length, body: body.data }
    },
    blob: async (repository, digest) => {
      const bytes = await get(`${repository}/blobs/${digest}`, '*/*')
      mustBe(`${host}/${repository}`, digest, digestOf(bytes))
      return bytes
    },
  }
}

/** Public images want a token too, which is given to everyone who asks where the registry says. */
async function anonymousToken(host: string, challenge: string, signal?: AbortSignal): Promise<string> {
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
  const { realm, service, scope } = fields
  if (!/^bearer /i.test(challenge) || !realm || !URL.canParse(realm))
    throw refused(host, 'the registry wants credentials of a kind that public images do not need')
  const url = new URL(realm)
  if (service) url.searchParams.set('service', service)
  if (scope) url.searchParams.set('scope', scope)
  const response = await reach(url.host, () => fetch(url, { ...(signal && { signal }) }))
  const { token, access_token: accessToken } = (await response.json().catch(() => ({}))) as Record<
    string,
    unknown
  >
  if (typeof (token ?? accessToken) !== 'string')
    throw refused(url.host, `no token was given (${response.status})`)
  return `Bearer ${token ?? accessToken}`
}

async function reach(host: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw refused(host, `it cannot be reached: ${cause}`, 'This needs a machine with internet.')
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function mustBe(subject: string, expected: string, found: string): void {
  if (expected === found) return
  const cause = `asked for ${expected}, the bytes that came have ${found}`
  throw new FaultError({ code: 'E_DIGEST', subject, cause })
}

function refused(subject: string, cause: string, hint?: string): FaultError {
  return new FaultError({ code: 'E_REGISTRY', subject, cause, ...(hint !== undefined && { hint }) })
}
