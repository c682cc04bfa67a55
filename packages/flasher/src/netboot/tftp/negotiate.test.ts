import { expect, test } from 'vitest'
import { negotiate } from './negotiate.ts'

const size = 70_000
const terms = (asked: Record<string, string>) => {
  const { accepted, ...others } = negotiate(new Map(Object.entries(asked)), size)
  return { accepted: Object.fromEntries(accepted), ...others }
}
const plain = { accepted: {}, blockSize: 512, window: 1 }

test('what a Pi asks for', () => {
  expect(terms({ tsize: '0', blksize: '1468' })).toEqual({
    accepted: { tsize: '70000', blksize: '1468' },
    blockSize: 1468,
    window: 1,
  })
})

test.each([
  ['no option, no OACK', {}, {}],
  ['an option of ours is none', { multicast: '' }, {}],
  ['the smallest block', { blksize: '8' }, { accepted: { blksize: '8' }, blockSize: 8 }],
  ['a block that is too small', { blksize: '7' }, {}],
  [
    'never a larger block than asked',
    { blksize: '1024' },
    { accepted: { blksize: '1024' }, blockSize: 1024 },
  ],
  ['nothing that fragments', { blksize: '65464' }, { accepted: { blksize: '1468' }, blockSize: 1468 }],
  ['a block beyond the RFC', { blksize: '65465' }, {}],
  ['no number', { blksize: '1468 ' }, {}],
  ['a negative number', { windowsize: '-1' }, {}],
  ['a window', { windowsize: '4' }, { accepted: { windowsize: '4' }, window: 4 }],
  ['a window above ours', { windowsize: '65535' }, { accepted: { windowsize: '16' }, window: 16 }],
  ['no window', { windowsize: '0' }, {}],
  ['a timeout', { timeout: '3' }, { accepted: { timeout: '3' }, timeoutMs: 3000 }],
  ['a timeout of nothing', { timeout: '0' }, {}],
  ['a timeout beyond the RFC', { timeout: '256' }, {}],
  ['a size that is told to us', { tsize: '5' }, {}],
])('%s', (_, asked, expected) => {
  expect(terms(asked)).toEqual({ ...plain, ...expected })
})
