import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newState, rehearse, runProvision } from '../run-provision.ts'
import { exampleFile, exampleRack } from '../sample.ts'

const rack = await exampleRack()
let folder: ReturnType<typeof newState>
beforeEach(() => {
  folder = newState()
})
afterEach(async () => {
  folder.rack(rack.name)
  await folder.remove()
})

const run = (...flags: string[]) => runProvision(rehearse(folder.state, exampleFile, ...flags))

describe('what passes by itself', () => {
  test.each(['power-cut@flash:pi-2', 'power-cut@configure:pi-2', 'slow-node:pi-2'])('%s', async (fault) => {
    const { code, report, stderr } = await run('--fault', fault, '--keep')
    expect(stderr).toBe('')
    expect(report).toMatchObject({ result: 'ok', faults: [] })
    expect(report?.nodes.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready'])
    expect((await folder.rack(rack.name).status()).etcdClusters).toHaveLength(1)
    expect(code).toBe(0)
  })
})

describe('what is said and left alone, and goes on once it is put right', () => {
  test.each([
    ['disk-gone:pi-2', 'refused', 'E_DISK_UNEXPECTED', []],
    ['disk-write-error:pi-2', 'refused', 'E_DISK_IO', []],
    // Long enough for the other boards on a slow machine; this one never comes.
    ['nic-silent:pi-2', 'unseen', 'E_NOT_READY', ['--wait', '20']],
  ])('%s', async (fault, state, code, flags) => {
    const broken = await run('--fault', fault, ...flags)
    expect(broken.code).toBe(1)
    expect(broken.report?.nodes.map((node) => node.state)).toEqual(['joining', state, 'joining'])
    expect(broken.report?.faults.map((each) => [each.code, each.subject])).toContainEqual([code, 'pi-2'])

    const mended = await run('--keep')
    expect(mended.report).toMatchObject({ result: 'ok', faults: [] })
    expect(mended.report?.nodes.filter(({ flashed }) => flashed).map(({ name }) => name)).toEqual(['pi-2'])
    expect((await folder.rack(rack.name).status()).etcdClusters).toHaveLength(1)
  })
})
