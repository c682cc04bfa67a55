import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { resolveThrough } from '../src/index.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

const rack = await startRunningRack(rackSpec(4))
for (let i = 1; i <= 3; i++) await rack.configure({ name: `pi-${i}`, address: `192.168.10.5${i}` })
await until('b', () => rack.admin('192.168.10.51').machine.bootstrap({}))
for (let i = 1; i <= 3; i++) await rack.reaches(`pi-${i}`, 'running')
const r = resolveThrough(await rack.client.status())
const b = (t: string) => Buffer.from(t).toString('base64')
const { os, admin } = rack.secrets
writeFileSync(
  '/tmp/tc.yaml',
  stringify({
    context: 'closet',
    contexts: {
      closet: {
        endpoints: [r('192.168.10.51')],
        nodes: [r('192.168.10.51')],
        ca: b(os.crt),
        crt: b(admin.crt),
        key: b(admin.key.replaceAll('PRIVATE KEY', 'ED25519 PRIVATE KEY')),
      },
    },
  }),
)
console.log(rack.dir, r('192.168.10.51'), r('192.168.10.103'))
process.on('SIGTERM', () => void rack.stop().then(() => process.exit()))
