import { expect, test } from 'vitest'
import { fetchFile } from '../../src/netboot/tftp/fetch-file.ts'
import { serveTftp } from '../../src/netboot/tftp/serve-tftp.ts'
import { seededBytes, seededRandom, startRelay } from './bad-weather.ts'

const patience = { firstMs: 20, mostMs: 80, tries: 12 }
const clear = { loss: 0, duplicate: 0, late: 0, lateMs: 0 }

test.each([
  ['a tenth lost', { ...clear, loss: 0.1 }],
  ['a fifth doubled', { ...clear, duplicate: 0.2 }],
  ['a fifth out of order', { ...clear, late: 0.2, lateMs: 8 }],
  ['all at once', { loss: 0.05, duplicate: 0.1, late: 0.1, lateMs: 8 }],
])('files arrive whole with %s', async (_, weather) => {
  const file = seededBytes(1468 * 150)
  const server = await serveTftp({
    address: '127.0.0.1',
    port: 0,
    lookup: (name) => (name === 'kernel' ? file : undefined),
    patience,
  })
  const relay = await startRelay(server.port, weather, seededRandom(7))
  const origin = { address: '127.0.0.1', port: relay.port }
  try {
    const fetched = await fetchFile({ server: origin, name: 'kernel', probe: true, repeatMs: 30 })
    if (fetched.kind !== 'file') throw new Error(fetched.kind)
    expect(Buffer.from(fetched.bytes).equals(file)).toBe(true)
    expect(relay.dropped() > 0).toBe(weather.loss > 0)
  } finally {
    relay.close()
    await server.close()
  }
})

test('many boards at once each get their own file', async () => {
  const fileOf = (name: string): Uint8Array => seededBytes(40_000, name)
  const server = await serveTftp({ address: '127.0.0.1', port: 0, lookup: fileOf, patience })
  const names = Array.from({ length: 12 }, (_, i) => `0000000${i.toString(16)}/kernel_2712.img`)
  const fetches = names.map((name, i) =>
    fetchFile({ server: { address: '127.0.0.1', port: server.port }, from: `127.0.0.${10 + i}`, name }),
  )
  try {
    for (const [i, fetched] of (await Promise.all(fetches)).entries()) {
      if (fetched.kind !== 'file') throw new Error(fetched.kind)
      expect(Buffer.from(fetched.bytes).equals(fileOf(names[i]!))).toBe(true)
    }
  } finally {
    await server.close()
  }
})
