import { didYouMean } from '@homerack/errors'
import { formatNetwork, parseAddress, parseNetwork, parseRange } from '../units/ipv4.ts'
import { isRecipient } from '../units/recipient.ts'
import { parseSize, parseSizeRule, sizeUnits } from '../units/size.ts'
import { leaf, offer } from './leaf.ts'

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const isDomain = (text: string) => text.length <= 253 && text.split('.').every((part) => label.test(part))

/** A DNS label (RFC 1123), because names become host names and Kubernetes names. */
export const name = leaf({
  code: 'E_NAME',
  expected: 'a name: use lower-case letters, digits and inner hyphens, at most 63',
  test: (text) => label.test(text),
  hint: (text) => {
    const better = text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
    return offer(label.test(better) ? better : undefined)
  },
  examples: ['pi-1'],
})

export const address = leaf({
  code: 'E_ADDRESS',
  expected: 'an IPv4 address such as 192.168.10.51',
  test: (text) => parseAddress(text) !== undefined,
  hint: (text) => {
    const bare = text.split('/')[0] ?? ''
    return offer(parseAddress(bare) === undefined ? undefined : bare)
  },
  examples: ['192.168.10.51'],
})

export const cidr = leaf({
  code: 'E_CIDR',
  expected: 'an IPv4 network such as 192.168.10.0/24',
  test: (text) => {
    const network = parseNetwork(text)
    return network !== undefined && network.prefix <= 30 && formatNetwork(network) === text
  },
  hint: (text) => {
    const network = parseNetwork(/\//.test(text) ? text : `${text}/24`)
    return offer(network && network.prefix <= 30 ? formatNetwork(network) : undefined)
  },
  examples: ['192.168.10.0/24'],
})

export const range = leaf({
  code: 'E_RANGE',
  expected: 'a range of addresses such as 192.168.10.200-192.168.10.239',
  test: (text) => parseRange(text) !== undefined,
  hint: (text) => {
    const match = /^(\d+\.\d+\.\d+\.)(\d+)\s*-\s*(\d+)$/.exec(text)
    return offer(match ? `${match[1]}${match[2]}-${match[1]}${match[3]}` : undefined)
  },
  examples: ['192.168.10.200-192.168.10.239'],
})

export const domain = leaf({
  code: 'E_DOMAIN',
  expected: 'a domain name such as home.arpa',
  test: isDomain,
  hint: (text) => {
    const better = text.toLowerCase().replaceAll(/^\.+|\.+$/g, '')
    return offer(isDomain(better) ? better : undefined)
  },
  examples: ['home.arpa'],
})

export const timeServer = leaf({
  code: 'E_TIME_SERVER',
  expected: 'a host name or an IPv4 address',
  test: (text) => isDomain(text) && (/[a-z]/.test(text) || parseAddress(text) !== undefined),
  examples: ['time.cloudflare.com'],
})

/** The lowest bit of the first octet marks multicast (IEEE 802): no network card has such an address. */
export const mac = leaf({
  code: 'E_MAC',
  expected: 'the MAC address of a network card, such as 2c:cf:67:00:00:01',
  test: (text) => /^[0-9a-f][02468ace]([:-][0-9a-f]{2}){5}$/i.test(text) && /[1-9a-f]/i.test(text),
  hint: (text) => {
    if (/^[0-9a-f]{12}$/i.test(text)) return offer(text.toLowerCase().match(/../g)?.join(':'))
    return /^[0-9a-f][13579bdf]([:-][0-9a-f]{2}){5}$/i.test(text)
      ? 'An odd first octet marks a multicast address, which no board has.'
      : undefined
  },
  examples: ['2c:cf:67:00:00:01'],
})

export const boardSerial = leaf({
  code: 'E_SERIAL',
  expected: 'a board serial: eight hex digits, such as a1b2c3d4',
  test: (text) => /^[0-9a-f]{8}$/i.test(text),
  hint: (text) =>
    /^[0-9a-f]{16}$/i.test(text)
      ? `/proc/cpuinfo shows sixteen digits; write the last eight: ${text.slice(8).toLowerCase()}`
      : 'The screen that a board without a disk shows names it, and so does /proc/cpuinfo (last eight digits).',
  examples: ['a1b2c3d4'],
})

const sizeHint = (text: string) => {
  const parts = /([\d.]+)\s*([A-Za-z]+)\s*$/.exec(text)
  const unit =
    parts?.[2] && (sizeUnits.find((one) => one === `${parts[2]}B`) ?? didYouMean(parts[2], sizeUnits))
  if (parts?.[1] && unit && parseSize(`${parts[1]} ${unit}`)) return offer(`${parts[1]} ${unit}`)
  return `A size is a number and a unit: ${sizeUnits.join(', ')}.`
}

export const size = leaf({
  code: 'E_SIZE',
  expected: 'a size such as 100 GiB',
  test: (text) => parseSize(text) !== undefined,
  hint: sizeHint,
  examples: ['100 GiB'],
})

export const sizeOrRest = leaf({
  code: 'E_SIZE',
  expected: 'a size such as 100 GiB, nor the word rest',
  test: (text) => text === 'rest' || parseSize(text) !== undefined,
  hint: (text) => offer(didYouMean(text, ['rest'])) ?? sizeHint(text),
  examples: ['rest', '100 GiB'],
})

export const sizeRule = leaf({
  code: 'E_SIZE',
  expected: 'a rule for a size, such as ">= 900 GB" or "900 GB - 1100 GB"',
  test: (text) => parseSizeRule(text) !== undefined,
  hint: (text) => {
    const bound = /^\s*[>≥]\s*(.*)$/.exec(text)?.[1] ?? ''
    return parseSize(bound) === undefined ? sizeHint(text) : offer(`">= ${bound}"`)
  },
  examples: ['>= 900 GB', '900 GB - 1100 GB'],
})

/** Talos' rule for user volumes: 1 to 34 of `[A-Za-z0-9-]`; the name becomes a partition label with a prefix. */
export const volumeName = leaf({
  code: 'E_VOLUME_NAME',
  expected: 'a volume name: use letters, digits and hyphens, at most 34',
  test: (text) => /^[A-Za-z0-9-]{1,34}$/.test(text),
  examples: ['data'],
})

export const version = leaf({
  code: 'E_VERSION',
  expected: 'a full version such as v1.13.9',
  test: (text) => /^v\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?$/.test(text),
  hint: (text) => offer(/^\d+\.\d+\.\d+$/.test(text) ? `v${text}` : undefined),
  examples: ['v1.13.9'],
})

export const recipient = leaf({
  code: 'E_RECIPIENT',
  expected: 'an age recipient (age1…)',
  test: isRecipient,
  hint: (text) => {
    if (text.startsWith('AGE-SECRET-KEY-')) {
      return 'This is a private key. Remove it from the file, and replace the key if the file was shared.\nIts public half: age-keygen -y KEYFILE'
    }
    if (text.startsWith('ssh-')) return 'SSH keys are not supported. Make an age key: age-keygen -o KEYFILE'
    return text.startsWith('age1')
      ? 'Its checksum is wrong: copy the whole line that age-keygen printed.'
      : undefined
  },
  examples: ['age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux'],
})

/** `value:Effect`, the key being the map's. */
export const taint = leaf({
  code: 'E_TAINT',
  expected: 'a taint such as "true:NoSchedule"',
  test: (text) =>
    /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?:(NoSchedule|PreferNoSchedule|NoExecute)$/.test(text),
  examples: ['true:NoSchedule'],
})

/** Kubernetes' rule for the keys of labels and taints: a name, with a domain before it where it is not your own. */
export const labelKey = leaf({
  code: 'E_LABEL',
  expected: 'a label or taint key such as example.com/zone',
  test: (text) => /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text),
  examples: ['example.com/zone'],
})

export const labelValue = leaf({
  code: 'E_LABEL',
  expected: 'a label value: use letters, digits, dot, hyphen and underscore, at most 63',
  test: (text) => /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(text),
  examples: ['fast'],
})

/** Any text that is not blank. */
export const text = (examples: readonly string[]) =>
  leaf({ code: 'E_EMPTY', expected: 'filled in', test: (value) => value.trim() !== '', examples })
