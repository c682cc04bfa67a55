import { expect, test } from 'vitest'
import { didYouMean, FaultError, formatFault } from './index.ts'

test('a fault from a file points at its place', () => {
  const text = '  - { name: pi-2, address: 192.168.1.52 }'
  const fault = {
    code: 'E_ADDRESS_OUTSIDE',
    subject: 'pi-2',
    cause: '192.168.1.52 is not in 192.168.10.0/24',
    hint: 'Did you mean 192.168.10.52?',
    place: { file: 'homerack.yaml', line: 31, column: text.indexOf('192') + 1, length: 12, text },
  } as const
  expect(formatFault(fault)).toBe(
    [
      'homerack.yaml:31:28  E_ADDRESS_OUTSIDE  pi-2: 192.168.1.52 is not in 192.168.10.0/24',
      '  31 |   - { name: pi-2, address: 192.168.1.52 }',
      '     |                            ^^^^^^^^^^^^',
      '  Did you mean 192.168.10.52?',
    ].join('\n'),
  )
})

test('a fault without a place starts with its subject', () => {
  const fault = {
    code: 'E_DISK_NOT_EMPTY',
    subject: 'pi-2',
    cause: 'the NVMe has a partition table',
  } as const
  expect(formatFault(fault)).toBe('pi-2  E_DISK_NOT_EMPTY  the NVMe has a partition table')
  expect(new FaultError([fault, fault]).message.split('\n')).toHaveLength(2)
})

test('did you mean offers only near words', () => {
  expect(didYouMean('controlplan', ['controlplane', 'worker'])).toBe('controlplane')
  expect(didYouMean('banana', ['controlplane', 'worker'])).toBeUndefined()
})
