import { readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { frameImage, openReadable, readGpt } from '@homerack/flasher'
import { ociArchive } from '@homerack/testbed'
import { afterAll, describe, expect, test } from 'vitest'
import { newState, rehearse, runProvision } from './run-provision.ts'
import { exampleFile, exampleRack } from './sample.ts'

const rack = await exampleRack()
const names = rack.nodes.map(({ name }) => name)

describe('three boards, from empty disks to running services', () => {
  const { state, rack: client, remove } = newState()
  afterAll(remove)

  test('everything is ready, told as JSON lines that end with the report', async () => {
    const { code, report, events, stderr } = await runProvision(rehearse(state, exampleFile, '--keep'))
    expect(stderr).toBe('')
    expect(report).toMatchObject({ result: 'ok', changed: true, faults: [] })
    expect(report?.nodes.map(({ name, state: kind }) => [name, kind])).toEqual(
      names.map((name) => [name, 'ready']),
    )
    expect(report?.services.map((service) => service.state)).toEqual(rack.services.map(() => 'ready'))
    expect(report?.phases.map(({ name }) => name)).toEqual(['boot', 'flash', 'verify', 'config', 'join'])
    expect(events[0]?.type).toBe('start')
    expect(code).toBe(0)
  })

  test('one etcd cluster was formed', async () => {
    expect((await client(rack.name).status()).etcdClusters).toHaveLength(1)
  })

  test('the written disks equal the image, byte for byte over its mapped ranges', async () => {
    const source = join(state, 'rehearsal', 'images', `stand-in-${rack.cluster.talos}.raw`)
    const { manifest } = await frameImage({ source, cacheDir: join(state, 'rehearsal', 'images') })
    const { boards } = await client(rack.name).status()
    await using image = await openReadable(source)
    for (const { disk } of boards) {
      await using written = await openReadable(disk)
      const { primary } = await readGpt(written)
      // Talos itself adds partitions to the table and keys to META when it takes its config.
      const table = primary.state === 'good' ? primary.gpt.partitions : []
      const untouched = table.filter(({ name }) => ['EFI', 'BIOS', 'BOOT'].includes(name))
      const isUntouched = (start: number, length: number) =>
        untouched.some(
          ({ firstBlock, lastBlock }) => start >= firstBlock * 512 && start + length <= (lastBlock + 1) * 512,
        )
      const ranges = manifest.ranges.filter(({ start, length }) => isUntouched(start, length))
      for (const { start, length } of ranges) {
        const [wanted, found] = await Promise.all([
          image.readAt(start, length),
          written.readAt(start, length),
        ])
        expect(found.equals(wanted)).toBe(true)
      }
      expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(190e6)
    }
  })

  test('images are sent to every node that lacks them, once', async () => {
    const path = join(state, 'shop.tar')
    const { archive } = ociArchive('ghcr.io/me/shop:1', Buffer.alloc(2_000_000, 'shop'))
    await writeFile(path, archive)
    const options = ['--rack', exampleFile, '--rehearsal', '--state', state, '--output', 'json']
    const send = async () => {
      const { code, stderr, events } = await runProvision(['images', path, ...options])
      return { code, stderr, imported: events.filter(({ type }: { type: string }) => type === 'imported') }
    }
    const first = await send()
    expect(first).toMatchObject({ code: 0, imported: names.map(() => ({ image: 'ghcr.io/me/shop:1' })) })
    expect(await send()).toEqual({ code: 0, stderr: '', imported: [] })
    await writeFile(path, 'no archive')
    const refused = await send()
    expect(refused).toMatchObject({ code: 1, imported: [] })
    expect(refused.stderr).toMatch(/E_IMAGE_FILE/)
  })

  test('a second run finds nothing to do', async () => {
    const { code, report, events } = await runProvision(rehearse(state, exampleFile))
    expect(report).toMatchObject({ result: 'ok', changed: false })
    expect(events.flatMap((event) => (event.type === 'plan' ? event.plan.steps : []))).toEqual([])
    expect(code).toBe(0)
  })

  test('after the power was off, the boards boot from their disks and nothing needs doing', async () => {
    const { code, report } = await runProvision(rehearse(state, exampleFile))
    expect(report).toMatchObject({ result: 'ok', changed: false })
    expect(report?.nodes.every(({ flashed }) => flashed === undefined)).toBe(true)
    expect(code).toBe(0)
  })

  test('plan says so too, and sees a change of the file, with exit codes for scripts', async () => {
    const plan = (file: string) =>
      runProvision(['plan', file, '--rehearsal', '--exit-code', '--output', 'json', '--state', state])
    expect((await plan(exampleFile)).code).toBe(0)
    const changed = join(state, 'changed.yaml')
    const services = resolve(dirname(exampleFile), 'services')
    const text = (await readFile(exampleFile, 'utf8')).replace('time.cloudflare.com', 'pool.ntp.org')
    await writeFile(changed, text)
    await symlink(services, join(state, 'services'))
    const { code, events } = await plan(changed)
    expect(code).toBe(2)
    expect(events.flatMap((event) => (event.type === 'plan' ? event.plan.steps : []))).toEqual(
      names.map((node) =>
        expect.objectContaining({ kind: 'configure', node, changes: ['TimeSyncConfig.ntp.servers'] }),
      ),
    )
    const applied = await runProvision(rehearse(state, changed))
    expect(applied.report).toMatchObject({ result: 'ok', changed: true })
    expect((await plan(changed)).code).toBe(0)
  })

  test('no secret is in the journal, the reports or the rack’s spec', async () => {
    const folder = join(state, 'rehearsal', rack.name)
    for (const file of ['journal.jsonl', 'rack/spec.json']) {
      expect(await readFile(join(folder, file), 'utf8')).not.toMatch(/PRIVATE KEY|AGE-SECRET|token/i)
    }
  })
})
