import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { TimedEvent } from '../../src/events/provision-event.ts'
import { newState, rehearse, runProvision } from '../run-provision.ts'
import { exampleFile, exampleRack } from '../sample.ts'

const rack = await exampleRack()
const { state, rack: client, remove } = newState()
afterAll(remove)

/** Runs until `when` holds for an event, then SIGKILL. */
async function killWhen(when: (event: TimedEvent) => boolean) {
  let killed = false
  const ended = await runProvision(rehearse(state, exampleFile), (event, child) => {
    if (!killed && when(event)) killed = child.kill('SIGKILL')
  })
  expect(killed).toBe(true)
  expect(ended.code).toBeNull()
  return ended
}

test('killed while one node flashes and again during bootstrap, the next run finishes', async () => {
  const first = await killWhen(
    (event) =>
      event.type === 'node' &&
      event.node === 'pi-2' &&
      event.state.kind === 'flashing' &&
      event.state.done > 0.2 * event.state.total,
  )
  const second = await killWhen(
    (event) => event.type === 'cluster' && event.detail.startsWith('bootstrapping'),
  )
  const third = await runProvision(rehearse(state, exampleFile, '--keep'))

  expect(third.report).toMatchObject({ result: 'ok' })
  expect(third.report?.nodes.map((node) => node.state)).toEqual(['ready', 'ready', 'ready'])
  expect((await client(rack.name).status()).etcdClusters).toHaveLength(1)

  const flashed = [...first.events, ...second.events, ...third.events].filter(
    (event) => event.type === 'flashed',
  )
  for (const name of ['pi-1', 'pi-2', 'pi-3']) {
    // Each disk was verified once, and what was written for it is the image, once.
    const own = flashed.filter(({ node }) => node === name)
    expect(own.length).toBeLessThanOrEqual(1)
  }
  const journal = (await readFile(join(state, 'rehearsal', rack.name, 'journal.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: string; subject: string; status: string })
  for (const { name } of rack.nodes) {
    const steps = journal
      .filter(({ step, subject }) => step === 'flash' && subject === name)
      .map(({ status }) => status)
    expect(steps.slice(steps.indexOf('done') + 1).filter(() => steps.includes('done'))).toEqual([])
  }
})
