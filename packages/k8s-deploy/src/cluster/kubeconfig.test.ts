import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseKubeconfig } from './kubeconfig.ts'

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const data = Buffer.from(pem).toString('base64')

function config(user: object = { token: 'opensesame' }, cluster: object = {}) {
  return stringify({
    'current-context': 'home',
    contexts: [
      { name: 'home', context: { cluster: 'c', user: 'u' } },
      { name: 'other', context: { cluster: 'd', user: 'u' } },
    ],
    clusters: [
      {
        name: 'c',
        cluster: { server: 'https://192.168.10.50:6443', 'certificate-authority-data': data, ...cluster },
      },
      { name: 'd', cluster: { server: 'https://[fd00::1]:6443' } },
    ],
    users: [{ name: 'u', user }],
  })
}

test('reads the current context, or the one that is named', () => {
  const user = { 'client-certificate-data': data, 'client-key-data': data }
  expect(parseKubeconfig(config(user))).toEqual({
    server: new URL('https://192.168.10.50:6443'),
    ca: pem,
    cert: pem,
    key: pem,
    token: undefined,
  })
  expect(parseKubeconfig(config(), 'other')).toMatchObject({ token: 'opensesame', ca: undefined })
})

test.each([
  ['no YAML', '{', undefined, /is not YAML/],
  ['not a kubeconfig', 'a: 1', undefined, /no list of clusters/],
  ['an unknown context', config(), 'hme', /no context named "hme"/],
  ['a plugin', config({ exec: { command: 'aws' } }), undefined, /uses exec/],
  ['a file', config({ 'client-key': '/home/me/key' }), undefined, /uses client-key/],
  [
    'no verification',
    config({}, { 'insecure-skip-tls-verify': true }),
    undefined,
    /insecure-skip-tls-verify/,
  ],
  ['plain HTTP', config({}, { server: 'http://192.168.10.50' }), undefined, /not an https/],
  ['a key that is no PEM', config({ 'client-key-data': 'AAAA' }), undefined, /client-key-data is not a PEM/],
])('%s is refused without a word of its secrets', (_, text, context, cause) => {
  let error: unknown
  try {
    parseKubeconfig(text, context)
  } catch (thrown) {
    error = thrown
  }
  const [fault] = faultsOf(error) ?? []
  expect(fault?.code).toBe('E_KUBECONFIG')
  expect(fault?.cause).toMatch(cause)
  expect(String(error)).not.toContain('opensesame')
})
