import { createTalosClient } from '../../src/index.ts'

const [port = ''] = process.argv.slice(2)
const client = createTalosClient({
  address: '192.168.10.51',
  port: Number(port),
  resolve: () => '127.0.0.1',
  credentials: { maintenance: {} },
})
const events = client.events()
const first = await events.next()
console.log((await client.version()).tag, first.value?.kind)
client.close()
