import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newState, rehearse, runProvision } from '../run-provision.ts'
import { exampleFile, exampleRack } from '../sample.ts'

const rack = await exampleRack()
let folder: ReturnType<typeof newState>
beforeEach(() => {
  folder = newState()
})
afterEach(() => folder.remove())

test('a disk that is not empty is refused and stays as it is; consent by name erases it', async () => {
  const { state } = folder
  const refused = await runProvision(rehearse(state, exampleFile, '--fault', 'disk-not-empty:pi-2', '--keep'))
  expect(refused.code).toBe(1)
  expect(refused.report?.nodes.map((node) => node.state)).toEqual(['joining', 'refused', 'joining'])
  expect(refused.report?.faults.map(({ code, subject }) => [code, subject])).toContainEqual([
    'E_DISK_NOT_EMPTY',
    'pi-2',
  ])
  const { boards } = await folder.rack(rack.name).status()
  const disk = boards.find(({ name }) => name === 'pi-2')?.disk ?? ''
  const before = await firstBytes(disk)

  const again = await runProvision(rehearse(state, exampleFile, '--keep'))
  expect(again.code).toBe(1)
  expect(await firstBytes(disk)).toBe(before)

  const erased = await runProvision(rehearse(state, exampleFile, '--erase', 'pi-2'))
  expect(erased.report).toMatchObject({ result: 'ok' })
  expect(await firstBytes(disk)).not.toBe(before)
})

test('a faulty file prints every fault, exits 1 and touches nothing', async () => {
  const file = join(folder.state, 'homerack.yaml')
  const text = await readFile(exampleFile, 'utf8')
  await writeFile(
    file,
    text.replace('192.168.10.52', '192.168.1.52').replace('192.168.10.53', '192.168.10.51'),
  )
  const state = join(folder.state, 'untouched')
  const { code, events, stderr } = await runProvision(rehearse(state, file))
  expect(code).toBe(1)
  expect(events).toEqual([])
  expect(stderr).toContain('E_ADDRESS_OUTSIDE')
  expect(stderr).toContain('Did you mean 192.168.10.52?')
  expect(stderr).toContain('E_DUPLICATE_ADDRESS')
  expect(existsSync(state)).toBe(false)
})

test('a board that is not in the file is listed and never booted', async () => {
  const { state } = folder
  const { report } = await runProvision(rehearse(state, exampleFile, '--guest', '--keep'))
  expect(report).toMatchObject({ result: 'ok', unknownBoards: [{ serial: 'deadbeef' }] })
  const { boards } = await folder.rack(rack.name).status()
  const seen = boards.find(({ name }) => name === 'guest')
  expect(seen?.phase === 'firmware' || seen?.phase === 'netbooting').toBe(true)
  expect(await firstBytes(seen?.disk ?? '')).toBe(await emptyBytes())
})

async function emptyBytes(): Promise<string> {
  return createHash('sha256')
    .update(Buffer.alloc(4 << 20))
    .digest('hex')
}

async function firstBytes(file: string): Promise<string> {
  await using handle = await open(file)
  const bytes = Buffer.alloc(4 << 20)
  await handle.read(bytes, 0, bytes.length, 0)
  return createHash('sha256').update(bytes).digest('hex')
}
