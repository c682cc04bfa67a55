// A TFTP server as a process, for a network namespace: `file-N` has N bytes, the same every time.
// Arguments: address, port, each N. Prints a line once it listens, and one for each finished request.
import { serveTftp } from '../../src/netboot/index.ts'
import { seededBytes } from '../netboot/bad-weather.ts'

const [address = '', port, ...sizes] = process.argv.slice(2)
// Made beforehand: a server that is busy making a large file answers nobody.
const files = new Map(sizes.map((size) => [`file-${size}`, seededBytes(Number(size))]))

await serveTftp({
  address,
  port: Number(port),
  lookup: (name) => files.get(name),
  onEnd: (end) => console.log(JSON.stringify(end)),
  most: { all: 128, perClient: 128 },
})
console.log('listening')
