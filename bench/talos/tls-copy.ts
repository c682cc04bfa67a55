// A file over as many TLS connections, each reading it on its own. Usage: tls-copy.ts ADDRESS PORT FILE COUNT

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { connect } from 'node:tls'

const [host = '', port, file = '', count] = process.argv.slice(2)
const begun = performance.now()
await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false })
    createReadStream(file, { highWaterMark: 1024 * 1024 }).pipe(socket)
    await once(socket, 'data')
    socket.destroy()
  }),
)
console.log(performance.now() - begun)
