import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { formatRef } from '@homerack/k8s-deploy'
import { afterAll, expect, test } from 'vitest'
import { type Ended, newState, rehearse, runProvision } from './run-provision.ts'

const example = resolve(import.meta.dirname, '../../../examples/retail')
const { state, rack: client, remove } = newState()
client('shop')
afterAll(remove)

/** The example's file beside the state folder, with a part of its text replaced. */
async function variant(name: string, part: string, by: string): Promise<string> {
  const text = (await readFile(join(example, 'homerack.yaml'), 'utf8'))
    .replace('manifests: ../three-pi', `manifests: ${resolve(example, '../three-pi')}`)
    .replace('- cloudnative-pg', `- { name: cloudnative-pg, manifests: ${example}/services/cloudnative-pg }`)
    .replace('manifests: retail.ts', `manifests: ${example}/retail.ts`)
  expect(text).toContain(part)
  await writeFile(join(state, name), text.replace(part, by))
  return join(state, name)
}

const run = (file: string) => runProvision(rehearse(state, file, '--keep'))
const stepsOf = ({ events }: Ended) =>
  events.flatMap((event) => (event.type === 'plan' ? event.plan.steps : []))

test('values that the module refuses are told with its line, and nothing is deployed', async () => {
  const { code, report, stderr } = await run(
    await variant('wrong.yaml', 'storage: 20Gi', 'storage: much\n      imgae: a'),
  )
  expect([code, stderr]).toEqual([1, ''])
  expect(report?.faults).toMatchObject([
    {
      code: 'E_MANIFEST_MODULE',
      cause:
        'failed: storage is not a size such as 20Gi; "imgae" is not one of image, webImage, storage, instances, host, gateway',
      place: { file: join(example, 'retail.ts'), text: '‹redacted›' },
    },
  ])
})

test('a house without its shop comes up', async () => {
  const file = await variant('without.yaml', '  - { name: cloudnative-pg', '# the rest is left out')
  await writeFile(file, (await readFile(file, 'utf8')).split('# the rest')[0] ?? '')
  expect((await run(file)).report).toMatchObject({ result: 'ok', faults: [] })
})

test('the shop is added to it: its kind is defined by a service before it; no password is told', async () => {
  const ended = await run(join(example, 'homerack.yaml'))
  expect(ended.report).toMatchObject({ result: 'ok', changed: true, faults: [] })
  expect(stepsOf(ended)).toMatchObject([
    { kind: 'deploy', service: 'cloudnative-pg' },
    { kind: 'deploy', service: 'retail' },
  ])
  expect(JSON.stringify(ended.events) + ended.stderr).not.toMatch(/\b[0-9a-f]{48}\b/)
})

test('another image migrates first and prunes the migration before; the password stays; then nothing is left to do', async () => {
  const file = await variant('upgraded.yaml', 'retail-api:0.1.0', 'retail-api:0.2.0')
  const upgraded = await run(file)
  expect(upgraded.report).toMatchObject({ result: 'ok', faults: [] })
  const [step] = stepsOf(upgraded)
  const changes = step?.kind === 'deploy' ? (step.plan?.changes ?? []) : []
  expect(
    changes.filter(({ kind }) => kind !== 'unchanged').map(({ kind, ref }) => `${kind} ${formatRef(ref)}`),
  ).toEqual([
    'create Job retail/migrate-0-2-0',
    'change Deployment retail/retail-api',
    'prune Job retail/migrate-0-1-0',
  ])
  const again = await run(file)
  expect([again.report?.result, stepsOf(again)]).toEqual(['ok', []])
})
