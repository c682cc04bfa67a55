// Fetches files as the firmware of a Pi does, from a network namespace. Arguments: server, port, names.
// Prints a JSON array of their SHA-256, or of what went wrong.
import { hash } from 'node:crypto'
import { fetchFile } from '../../src/netboot/index.ts'

const [address = '', port, ...names] = process.argv.slice(2)
const found: string[] = []
for (const name of names) {
  const fetched = await fetchFile({ server: { address, port: Number(port) }, name, probe: true })
  found.push(fetched.kind === 'file' ? hash('sha256', fetched.bytes) : JSON.stringify(fetched))
}
console.log(JSON.stringify(found))
