import { isIP } from 'node:net'
import type { ConfigDocument } from '../../machine/config-document.ts'
import { at, type Check, isSet } from '../finding.ts'

type Problem = { readonly path: readonly (string | number)[]; readonly cause: string }

/** The rules of single kinds of document: Validate of each type, Talos v1.13.9 and v1.14.1. */
const rules: Readonly<Record<string, (document: ConfigDocument) => readonly (Problem | false)[]>> = {
  HostnameConfig: ({ auto, hostname }) => [
    !isSet(auto) && !isSet(hostname) && { path: [], cause: 'either auto or hostname must be set' },
    isSet(hostname) &&
      auto !== undefined &&
      auto !== 'off' && { path: ['auto'], cause: 'auto must be off where hostname is set' },
    typeof hostname === 'string' &&
      !/^[^.]{1,63}(\.|$)/.test(hostname) && {
        path: ['hostname'],
        cause: 'the host name must have 1 to 63 characters',
      },
  ],
  LinkConfig: (document) => [
    !isSet(document.name) && { path: [], cause: 'name is missing' },
    ...badItems(
      document.addresses,
      'addresses',
      'address',
      isPrefix,
      'an address with its prefix, such as 192.168.10.51/24',
    ),
    ...badItems(
      document.routes,
      'routes',
      'gateway',
      (text) => text === undefined || isIP(text) !== 0,
      'an address',
    ),
  ],
  Layer2VIPConfig: ({ name, link }) => [
    isIP(String(name)) === 0 && { path: ['name'], cause: 'name must be an address' },
    !isSet(link) && { path: [], cause: 'link is missing' },
  ],
  RegistryMirrorConfig: ({ endpoints }) =>
    badItems(
      endpoints,
      'endpoints',
      'url',
      (text) => /^https?:\/\//.test(text ?? ''),
      'an http or https URL',
    ),
  WatchdogTimerConfig: ({ device, timeout }) => [
    !isSet(device) && { path: [], cause: 'device is missing' },
    isShort(timeout) && { path: ['timeout'], cause: 'timeout must be at least 10s' },
  ],
  VolumeConfig: (document) => sizes(document, false),
  UserVolumeConfig: (document) => [
    ...volumeName(document),
    ...(isPartition(document) ? sizes(document, true) : []),
  ],
  RawVolumeConfig: (document) => [...volumeName(document), ...sizes(document, true)],
  KubeSpanConfig: ({ mtu }) => [
    typeof mtu === 'number' && mtu < 1280 && { path: ['mtu'], cause: 'mtu must be at least 1280' },
  ],
}

export const checkDocuments: Check = (config) =>
  config.flatMap((document) => {
    const kind = String(document.kind)
    const problems = rules[kind]?.(document) ?? []
    return problems.flatMap((problem) =>
      problem
        ? [
            {
              code: 'E_CONFIG_VALUE' as const,
              document,
              path: problem.path,
              cause: `${kind}: ${problem.cause}`,
            },
          ]
        : [],
    )
  })

function badItems(
  list: ConfigDocument[string] | undefined,
  name: string,
  field: string,
  isGood: (text: string | undefined) => boolean,
  wanted: string,
): Problem[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item, index) => {
    const value = at(item, field)
    const good = isGood(typeof value === 'string' ? value : undefined)
    return good ? [] : [{ path: [name, index, field], cause: `${name}[${index}].${field} must be ${wanted}` }]
  })
}

function isPrefix(text: string | undefined): boolean {
  const [address = '', length = ''] = (text ?? '').split('/')
  const bits = isIP(address) === 4 ? 32 : 128
  return isIP(address) !== 0 && /^\d+$/.test(length) && Number(length) <= bits
}

function volumeName({ name }: ConfigDocument): (Problem | false)[] {
  const good = /^[A-Za-z0-9-]{1,34}$/.test(typeof name === 'string' ? name : '')
  return [!good && { path: ['name'], cause: 'name must have 1 to 34 letters, digits and hyphens' }]
}

function isPartition({ volumeType }: ConfigDocument): boolean {
  return volumeType === undefined || volumeType === 'partition'
}

function sizes({ provisioning }: ConfigDocument, required: boolean): (Problem | false)[] {
  const path = provisioning === undefined ? [] : ['provisioning']
  const [minSize, maxSize] = [at(provisioning, 'minSize'), at(provisioning, 'maxSize')]
  const [min, max] = [bytes(minSize), bytes(maxSize)]
  return [
    required &&
      !isSet(at(provisioning, 'diskSelector', 'match')) && {
        path,
        cause: 'provisioning.diskSelector.match is missing',
      },
    required &&
      !isSet(minSize) &&
      !isSet(maxSize) && { path, cause: 'provisioning needs minSize or maxSize' },
    min !== undefined &&
      max !== undefined &&
      min > max && { path: [...path, 'minSize'], cause: 'minSize is greater than maxSize' },
  ]
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
}

/** A size in bytes; undefined for percentages and what is no size. */
function bytes(size: ConfigDocument[string] | undefined): number | undefined {
  const [, number, unit = ''] = /^([\d.]+) ?([kmgt]i?)?b?$/i.exec(String(size ?? '')) ?? []
  const factor = units[unit.toLowerCase()]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor
}

const seconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

function isShort(timeout: ConfigDocument[string] | undefined): boolean {
  if (typeof timeout !== 'string') return false
  const parts = [...timeout.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)]
  const total = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (seconds[unit ?? ''] ?? 0), 0)
  return total > 0 && total < 10
}
