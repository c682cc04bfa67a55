// A stand-in for the Talos API of many nodes, in a process of its own, as small as it can be, so that what is measured
// is the client. Each address is a node with a certificate of its own; the first forwards to all, by the headers
// `node` and `nodes`, as apid does. Images that are imported are thrown away. Beside it a plain TLS server that throws
// away what it gets. Usage: stand-in.ts PLAN, a file.
import { readFileSync } from 'node:fs'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import { createServer } from 'node:tls'
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { image, machine } from '@homerack/talos/protocol'

export type StandInPlan = {
  readonly ca: string
  readonly nodes: readonly { readonly address: string; readonly crt: string; readonly key: string }[]
  readonly tlsPort: number
  readonly image: { readonly name: string; readonly digest: string }
}

type Answer = (nodes: readonly string[]) => Buffer

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as StandInPlan
const frame = <S extends DescMessage>(schema: S, value: MessageInitShape<S>): Buffer => {
  const message = toBinary(schema, create(schema, value))
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}
const version = {
  version: { tag: 'v1.13.9', sha: 'bench', goVersion: 'go1.26.6', os: 'linux', arch: 'arm64' },
  platform: { name: 'metal', mode: 'metal' },
  features: { rbac: true },
}
const service = (id: string) => ({
  id,
  state: 'Running',
  events: { events: [{ msg: 'Started', state: 'Running' }] },
  health: { healthy: true, lastMessage: '' },
})
const services = 'apid auditd containerd cri etcd kubelet machined syslogd trustd udevd'
  .split(' ')
  .map(service)
const metadataOf = (hostname: string) => (hostname ? { metadata: { hostname } } : {})

const answers: Record<string, Answer> = {
  '/machine.MachineService/Version': (nodes) =>
    frame(machine.VersionResponseSchema, {
      messages: nodes.map((node) => ({ ...version, ...metadataOf(node) })),
    }),
  '/machine.MachineService/ServiceList': (nodes) =>
    frame(machine.ServiceListResponseSchema, {
      messages: nodes.map((node) => ({ services, ...metadataOf(node) })),
    }),
  '/machine.ImageService/List': () => frame(image.ImageServiceListResponseSchema, plan.image),
  '/machine.ImageService/Import': () =>
    frame(image.ImageServiceImportResponseSchema, { name: plan.image.name }),
}

function serve(stream: ServerHttp2Stream, path: string, many: string | undefined): void {
  stream.resume().on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
    const answer = answers[path]
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': answer ? '0' : '12' }))
    stream.end(answer?.(many?.split(',').map((node) => node.trim()) ?? ['']))
  })
}

const listening = plan.nodes.map(({ address, crt, key }) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  createSecureServer({
    cert: crt,
    key,
    ca: plan.ca,
    requestCert: true,
    rejectUnauthorized: true,
    // 500 values of the header nodes are as many pairs.
    maxHeaderListPairs: 2000,
    // As Go's gRPC does: its window is wide enough not to be what is measured.
    settings: { initialWindowSize: 1024 * 1024 },
  })
    .on('session', (session) => session.setLocalWindowSize(16 * 1024 * 1024))
    .on('stream', (stream, headers) =>
      serve(stream, headers[':path'] ?? '', headers.nodes as string | undefined),
    )
    .listen(50_000, address, resolve)
  return promise
})
const [first] = plan.nodes
const tls = Promise.withResolvers<void>()
createServer({ cert: first?.crt, key: first?.key }, (socket) =>
  socket.resume().on('end', () => socket.end('done')),
).listen(plan.tlsPort, first?.address, tls.resolve)
await Promise.all([...listening, tls.promise])
process.send?.('ready')
