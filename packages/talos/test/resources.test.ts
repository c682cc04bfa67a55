import { inspect } from 'node:util'
import { Code } from '@connectrpc/connect'
import { faultsOf } from '@homerack/errors'
import { afterEach, expect, test } from 'vitest'
import { createTalosClient, type TalosClient } from '../src/index.ts'
import { maintenance, refuse, type Services } from './support/fake-node.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function talk(services: Services): Promise<TalosClient['resources']> {
  const node = await maintenance(services)
  const client = createTalosClient({ ...node.target, credentials: { maintenance: {} } })
  open.push(client, node)
  return client.resources
}

const resource = (id: string, yamlSpec: string) => ({
  metadata: { id, version: '1', labels: { a: 'b' } },
  spec: { yamlSpec },
})
const codesOf = (error: unknown) => faultsOf(error)?.map(({ code }) => code)

test('a single resource is asked for where it lives', async () => {
  let asked: unknown
  const resources = await talk({
    state: {
      get: ({ namespace, type, id }) => {
        asked = [namespace, type, id]
        const yaml =
          'stage: running\nstatus:\n    ready: false\n    unmetConditions:\n        - name: time\n          reason: no\n'
        return { resource: resource(id, yaml) }
      },
    },
  })
  const { id, labels, spec } = await resources.get('MachineStatus')
  expect(asked).toEqual(['runtime', 'MachineStatuses.runtime.talos.dev', 'machine'])
  expect([id, labels]).toEqual(['machine', { a: 'b' }])
  expect(spec).toEqual({ stage: 'running', ready: false, unmetConditions: [{ name: 'time', reason: 'no' }] })
})

test('a text stays what it is, even if it looks like a number', async () => {
  const yaml =
    'dev_path: /dev/nvme0n1\nsize: 1000204886016\nserial: 0123\nmodel: 1e5\nreadonly: true\nsymlinks: [a, b]\n'
  const resources = await talk({
    state: {
      list: async function* () {
        yield { resource: resource('nvme0n1', yaml) }
        yield { resource: resource('sda', '{}') }
      },
    },
  })
  const [nvme, sda] = await resources.list('Disk')
  expect(nvme?.spec).toMatchObject({
    size: 1_000_204_886_016,
    serial: '0123',
    model: '1e5',
    readonly: true,
    symlinks: ['a', 'b'],
  })
  expect(sda?.spec).toMatchObject({ size: 0, serial: '', readonly: false, symlinks: [] })
})

test('the machine config does not print', async () => {
  const yamlSpec = '|\n    version: v1alpha1\n    machine:\n        token: hunter2\n'
  const resources = await talk({ state: { get: ({ id }) => ({ resource: resource(id, yamlSpec) }) } })
  const config = await resources.get('MachineConfig')
  expect(config.spec.reveal()).toBe('version: v1alpha1\nmachine:\n    token: hunter2\n')
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2')
})

test('a watch tells what was there, where that ends, and what changes', async () => {
  const member = (name: string) => resource(name, `hostname: ${name}\naddresses:\n    - 192.168.10.51\n`)
  let request: unknown
  const resources = await talk({
    state: {
      watch: async function* ({ options, apiVersion }) {
        request = [options?.bootstrapContents, apiVersion]
        yield { event: [{ eventType: 0, resource: member('pi-1') }, { eventType: 3 }] }
        yield { event: [{ eventType: 5 }, { eventType: 2, resource: member('pi-1') }] }
        yield { event: [{ eventType: 4, error: 'buffer overrun' }] }
      },
    },
  })
  const seen: string[] = []
  const watch = async () => {
    for await (const event of resources.watch('Member')) {
      seen.push(event.type === 'snapshot-end' ? event.type : `${event.type} ${event.resource.spec.hostname}`)
    }
  }
  expect(await watch().catch((error) => String(error))).toContain('buffer overrun')
  expect(seen).toEqual(['created pi-1', 'snapshot-end', 'destroyed pi-1'])
  expect(request).toEqual([true, 1])
})

test.for([
  ['no such resource', () => refuse(Code.NotFound, 'not found'), 'E_TALOS_NOT_FOUND'],
  ['no permission', () => refuse(Code.PermissionDenied, 'sensitive'), 'E_TALOS_DENIED'],
  ['no resource in the answer', () => ({}), 'E_TALOS_PROTOCOL'],
  ['a spec that is no YAML', () => ({ resource: resource('x', 'a: [') }), 'E_TALOS_PROTOCOL'],
] as const)('%s is a fault', async ([, get, code]) => {
  const resources = await talk({ state: { get } })
  expect(codesOf(await resources.get('MachineConfig').catch((error) => error))).toEqual([code])
})
