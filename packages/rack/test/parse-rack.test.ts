import { isWarning } from '@homerack/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseRack, talosVersions } from '../src/index.ts'

const small = {
  homerack: 1,
  name: 'closet',
  network: { cidr: '192.168.10.0/24', gateway: '192.168.10.1' },
  cluster: { talos: 'v1.13.9', endpoint: '192.168.10.50' },
  secrets: { recipients: ['age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux'] },
  nodeDefaults: {
    role: 'controlplane',
    disk: { size: '>= 900 GB', system: '100 GiB', volumes: [{ name: 'data', size: 'rest' }] },
    labels: { zone: 'a', disk: 'small' },
    taints: { radio: 'true:NoSchedule' },
    patches: ['all.yaml'],
  },
  nodes: [
    { name: 'pi-1', slot: 1, serial: 'A1B2C3D4', mac: '2C-CF-67-00-00-01', address: '192.168.10.51' },
    {
      name: 'pi-2',
      slot: 2,
      serial: 'a1b2c3d5',
      mac: '2c:cf:67:00:00:02',
      address: '192.168.10.52',
      role: 'worker',
      disk: { serial: 'S6X' },
      labels: { disk: 'large' },
      patches: [{ inline: { machine: {} } }],
    },
  ],
  services: ['notes', { name: 'wiki', manifests: '../wiki', available: 'always', after: ['notes'] }],
}

function parsed(data: unknown) {
  const result = parseRack(stringify(data), { file: '/house/homerack.yaml' })
  if ('faults' in result) throw new Error(result.faults.map(({ cause }) => cause).join('\n'))
  return result.rack
}

test('defaults fill what the file leaves out', () => {
  const rack = parsed(small)
  expect(rack).toMatchObject({
    file: '/house/homerack.yaml',
    network: {
      dns: ['192.168.10.1'],
      ntp: ['time.cloudflare.com'],
      domain: 'home.arpa',
      netboot: 'tftp-address',
      loadBalancers: undefined,
      dhcpPool: undefined,
    },
    cluster: {
      kubernetes: 'v1.36.3',
      pods: '10.244.0.0/16',
      services: '10.96.0.0/12',
      cni: 'flannel',
      kubespan: false,
      allowSchedulingOnControlPlanes: false,
    },
    image: { overlay: 'community-u-boot', extensions: [] },
    secrets: { file: '/house/secrets.sops.yaml' },
    services: [
      {
        name: 'notes',
        manifests: '/house/services/notes',
        values: {},
        available: 'usual',
        radio: undefined,
        after: [],
      },
      {
        name: 'wiki',
        manifests: '/wiki',
        values: {},
        available: 'always',
        radio: undefined,
        after: ['notes'],
      },
    ],
  })
})

test('nodeDefaults are merged key by key, and values are normalised', () => {
  const [first, second] = parsed(small).nodes
  expect(first).toEqual({
    name: 'pi-1',
    slot: 1,
    board: 'raspberry-pi-5',
    serial: 'a1b2c3d4',
    mac: '2c:cf:67:00:00:01',
    address: '192.168.10.51',
    role: 'controlplane',
    disk: {
      size: { atLeast: 9e11 },
      serial: undefined,
      system: 100 * 2 ** 30,
      volumes: [{ name: 'data', size: 'rest', kind: 'user' }],
    },
    labels: { zone: 'a', disk: 'small' },
    taints: { radio: 'true:NoSchedule' },
    patches: [{ file: '/house/all.yaml' }],
  })
  expect(second).toMatchObject({
    role: 'worker',
    disk: { size: { atLeast: 9e11 }, serial: 'S6X' },
    labels: { zone: 'a', disk: 'large' },
    patches: [{ file: '/house/all.yaml' }, { inline: { machine: {} } }],
  })
})

test('without a worker, services run on control planes', () => {
  const nodes = small.nodes.map((node) => ({ ...node, role: 'controlplane' }))
  expect(parsed({ ...small, nodes }).cluster.allowSchedulingOnControlPlanes).toBe(true)
})

test.each(talosVersions)(
  'Talos $minor comes with a Kubernetes that it runs',
  ({ newest, defaultKubernetes }) => {
    expect(parsed({ ...small, cluster: { ...small.cluster, talos: newest } }).cluster.kubernetes).toBe(
      defaultKubernetes,
    )
  },
)

function check(text: string) {
  const result = parseRack(text, { file: 'homerack.yaml' })
  if (!('faults' in result)) return
  expect(result.faults.some((fault) => !isWarning(fault))).toBe(true)
  for (const { place } of result.faults) {
    if (place)
      expect(place.text).toBe(
        text
          .replace(/^\ufeff/, '')
          .split(/\r?\n/)
          [place.line - 1]?.split('\r')[0],
      )
  }
}

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), check))
  const yamlish = fc.array(
    fc.constantFrom(
      '- ',
      ': ',
      'homerack: 1',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '*a',
      '&a ',
      '!t ',
      '|',
      '#',
      '\t',
    ),
  )
  fc.assert(
    fc.property(yamlish, (parts) => check(parts.join(''))),
    { numRuns: 300 },
  )
  check('['.repeat(20_000))
})

test('no data makes it throw, whichever part of a good file it replaces', () => {
  const paths = [...leaves(small, [])]
  const change = fc.tuple(fc.constantFrom(...paths), fc.jsonValue())
  fc.assert(
    fc.property(change, ([path, value]) => check(stringify(replaced(small, path, value)))),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.jsonValue(), (value) => check(stringify(value))))
})

/** Every path into `data`, to leaves and to what holds them. */
function* leaves(data: unknown, path: readonly string[]): Iterable<readonly string[]> {
  if (path.length > 0) yield path
  if (typeof data !== 'object' || data === null) return
  for (const [key, value] of Object.entries(data)) yield* leaves(value, [...path, key])
}

function replaced(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(data)) {
    return data.map((item, index) => (String(index) === key ? replaced(item, rest, value) : item))
  }
  const map = data as Record<string, unknown>
  return { ...map, [key]: replaced(map[key], rest, value) }
}
