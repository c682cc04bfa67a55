import { Code } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import { expect, test } from 'vitest'
import type { image } from '../src/protocol.ts'
import { refuse, type Services } from './support/fake-node.ts'
import { codesOf, talk } from './support/talk.ts'

test('an image import reads its source only as fast as the node takes it', async () => {
  const piece = new Uint8Array(3 * 1024 * 1024).fill(7)
  const total = 40
  let produced = 0
  let received = 0
  const requests: string[] = []
  const gate = Promise.withResolvers<void>()
  const client = await talk({
    image: {
      import: async (stream) => {
        for await (const { request } of stream as AsyncIterable<image.ImageServiceImportRequest>) {
          if (requests.length < 2) requests.push(`${request.case}`)
          if (request.case !== 'imageChunk') continue
          await gate.promise
          received += request.value.bytes.length
        }
        return { name: 'retail:7c2f' }
      },
    },
  })
  async function* tarball() {
    while (produced < total) {
      produced++
      yield piece
    }
  }
  const done = client.imageImport(tarball())
  // With the node stuck the source comes to rest: two looks in a row see the same.
  for (let last = 0; produced === 0 || last !== produced; ) {
    last = produced
    await new Promise((tick) => setTimeout(tick, 50))
  }
  const ahead = produced
  gate.resolve()
  expect(await done).toBe('retail:7c2f')
  expect(ahead).toBeLessThan(total / 2)
  expect(received).toBe(total * piece.length)
  expect(requests).toEqual(['containerd', 'imageChunk'])
})

test('a source that fails ends the upload with its own fault', async () => {
  const client = await talk({
    image: {
      import: async (stream) => {
        for await (const _ of stream);
        return { name: 'half' }
      },
    },
  })
  async function* tarball() {
    yield Buffer.from('ab')
    throw new FaultError({ code: 'E_IMAGE_GONE', subject: 'retail', cause: 'the file went away' })
  }
  expect(codesOf(await client.imageImport(tarball()).catch((error) => error))).toEqual(['E_IMAGE_GONE'])
})

const stuck = () => new Promise<never>(() => {})
async function* endless() {
  for (;;) yield new Uint8Array(1024 * 1024)
}

test('an upload that the node refuses', async () => {
  const client = await talk({ image: { import: () => refuse(Code.PermissionDenied, 'not authorized') } })
  const failure = client.imageImport(endless()).catch((error) => error)
  expect(codesOf(await failure)).toEqual(['E_TALOS_DENIED'])
})

test('an upload that the node never takes', async () => {
  const client = await talk({ image: { import: stuck } })
  const failure = client.imageImport(endless(), {}, { timeoutMs: 100 }).catch((error) => error)
  expect(codesOf(await failure)).toEqual(['E_TALOS_DEADLINE'])
})

test('an upload that is aborted, and one whose node hangs up', async () => {
  const taking = Promise.withResolvers<void>()
  const take: NonNullable<Services['image']>['import'] = async (stream) => {
    for await (const { request } of stream) if (request.case === 'imageChunk') taking.resolve()
    return {}
  }
  const stop = new AbortController()
  const first = await talk({ image: { import: take } })
  const aborted = first.imageImport(endless(), {}, { signal: stop.signal })
  await taking.promise
  stop.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')

  const hangUp: typeof take = async (stream) => {
    for await (const { request } of stream)
      if (request.case === 'imageChunk') for (const socket of second.node.sockets) socket.destroy()
    return {}
  }
  const second = await talk({ image: { import: hangUp } })
  const failure = second.imageImport(endless()).catch((error) => error)
  expect(codesOf(await failure)).toEqual(['E_TALOS_UNREACHABLE'])
})
