import { describe, expect, test } from 'vitest'
import type { Observed, ObservedNode } from '../src/observe/observed.ts'
import { formatPlan } from '../src/plan/format-plan.ts'
import { makePlan } from '../src/plan/make-plan.ts'
import { isEmpty } from '../src/plan/plan.ts'
import { disk, exampleRack, image, inventory, observed } from './sample.ts'

const rack = await exampleRack()
const waiting = (name: string): ObservedNode => ({
  kind: 'netbooting',
  inventory: inventory(rack.nodes.find((node) => node.name === name)?.serial ?? ''),
  flashing: undefined,
})
const running = (members: string[], config: 'same' | 'different' = 'same'): ObservedNode => ({
  kind: 'running',
  talos: 'v1.13.9',
  config,
  changes: config === 'same' ? [] : ['machine config.machine.sysctls'],
  etcdMembers: members,
})
const all = rack.nodes.map(({ name }) => name)
const plan = (seen: Observed, erase: string[] = []) =>
  makePlan({ rack, observed: seen, image, erase: new Set(erase) })
const kinds = (seen: Observed) =>
  plan(seen).steps.map((step) => ('node' in step ? `${step.kind} ${step.node}` : step.kind))

describe('what is planned', () => {
  test('empty disks: everything', () => {
    expect(kinds(observed(rack, waiting))).toEqual([
      ...all.flatMap((name) => [`flash ${name}`, `configure ${name}`]),
      'bootstrap',
      'join',
      ...rack.services.map(() => 'deploy'),
    ])
  })

  test('everything as the file says: nothing', () => {
    const seen: Observed = {
      ...observed(rack, () => running(all)),
      kubernetes: { ready: all },
      services: new Map(
        rack.services.map(({ name }) => [
          name,
          { kind: 'compared', plan: { name, changes: [], empty: true } as never, ready: true, reason: '' },
        ]),
      ),
    }
    expect(isEmpty(plan(seen))).toBe(true)
    expect(formatPlan(plan(seen))).toBe('closet is as the file says. Nothing to do.')
  })

  test('a flashed node is not flashed again', () => {
    const seen = observed(rack, (name, index) =>
      index === 0
        ? { kind: 'maintenance', address: '192.168.10.101', fingerprint: 'x' }
        : index === 1
          ? { kind: 'booting' }
          : waiting(name),
    )
    expect(kinds(seen).filter((step) => step.startsWith('flash'))).toEqual([`flash ${all[2]}`])
  })

  test('no second etcd: one member anywhere means join, never bootstrap', () => {
    const seen = observed(rack, (name, index) => (index === 0 ? running(['pi-1']) : waiting(name)))
    expect(kinds(seen)).not.toContain('bootstrap')
    expect(plan(seen).steps).toContainEqual({ kind: 'join', from: 1, to: 3 })
  })

  test('no bootstrap while a control plane is silent: it could hold an etcd', () => {
    const seen = observed(rack, (name, index) => (index === 2 ? { kind: 'unseen' } : waiting(name)))
    expect(kinds(seen)).not.toContain('bootstrap')
    expect(plan(seen).steps).toContainEqual(expect.objectContaining({ kind: 'await', subject: 'cluster' }))
  })

  test('a node whose config differs is configured, and told where', () => {
    const seen = {
      ...observed(rack, (_, index) => running(all, index === 1 ? 'different' : 'same')),
      kubernetes: { ready: all },
    }
    expect(plan(seen).steps[0]).toMatchObject({
      kind: 'configure',
      node: all[1],
      changes: ['machine config.machine.sysctls'],
    })
  })
})

describe('what is refused', () => {
  const withDisks = (...disks: ReturnType<typeof disk>[]) =>
    observed(rack, (name, index) =>
      index === 0
        ? {
            kind: 'netbooting',
            inventory: inventory(rack.nodes[0]?.serial ?? '', disks),
            flashing: undefined,
          }
        : waiting(name),
    )
  const partitioned = disk({
    content: { kind: 'partitioned', label: 'gpt', partitions: [{ name: 'Synology', type: 'x', size: 1 }] },
  })

  test.each([
    ['a disk with partitions', withDisks(partitioned), 'E_DISK_NOT_EMPTY'],
    [
      'a disk with a file system',
      withDisks(disk({ content: { kind: 'filesystem', type: 'ext4' } })),
      'E_DISK_NOT_EMPTY',
    ],
    ['a disk with something unknown', withDisks(disk({ content: { kind: 'unknown' } })), 'E_DISK_NOT_EMPTY'],
    ['a disk that is too small', withDisks(disk({ size: 500e9 })), 'E_DISK_UNEXPECTED'],
    ['no disk', withDisks(), 'E_DISK_UNEXPECTED'],
    ['two disks that fit', withDisks(disk(), disk({ serial: 'OTHER' })), 'E_DISK_AMBIGUOUS'],
    ['a disk that is read-only', withDisks(disk({ readOnly: true })), 'E_DISK_READ_ONLY'],
    ['a disk that is mounted', withDisks(disk({ inUse: 'mounted at /data' })), 'E_DISK_IN_USE'],
    ['a disk with large sectors', withDisks(disk({ sectorSize: 4096 })), 'E_DISK_SECTOR_SIZE'],
  ])('%s', (_, seen, code) => {
    const made = plan(seen)
    expect(made.refused.map(({ node, faults }) => [node, faults.map((fault) => fault.code)])).toEqual([
      [all[0], [code]],
    ])
    expect(made.steps.filter((step) => 'node' in step && step.node === all[0])).toEqual([])
  })

  test('another board at the planned place', () => {
    const seen = observed(
      rack,
      (name) => ({ ...waiting(name), inventory: inventory('deadbeef') }) as ObservedNode,
    )
    expect(plan(seen).refused.flatMap(({ faults }) => faults.map(({ code }) => code))).toEqual(
      Array(3).fill('E_BOARD_SERIAL'),
    )
  })

  test('consent by name opens one disk, and only that one', () => {
    const seen = observed(rack, (name) => ({
      kind: 'netbooting',
      inventory: inventory(rack.nodes.find((node) => node.name === name)?.serial ?? '', [partitioned]),
      flashing: undefined,
    }))
    const made = plan(seen, [all[1] ?? ''])
    expect(made.steps).toContainEqual(expect.objectContaining({ kind: 'flash', node: all[1], erase: true }))
    expect(made.refused.map(({ node }) => node)).toEqual([all[0], all[2]])
  })

  test('a flash of ours that was interrupted needs no new consent', () => {
    const made = plan(withDisks(disk({ content: { kind: 'interrupted', image: image.manifest.sha256 } })))
    expect(made.refused).toEqual([])
  })
})

test('the plan reads well', () => {
  const seen = observed(rack, (name, index) => (index === 2 ? { kind: 'unseen' } : waiting(name)))
  expect(formatPlan(plan(seen))).toMatchInlineSnapshot(`
    "Plan for closet (nothing has been changed)

     pi-1            flash      NVMe S6XNNS0W103 1.00 TB, nothing on it; Talos v1.13.9, image sha256 abababab…
     pi-1            configure  control plane at 192.168.10.51
     pi-2            flash      NVMe S6XNNS0W103 1.00 TB, nothing on it; Talos v1.13.9, image sha256 abababab…
     pi-2            configure  control plane at 192.168.10.52
     pi-3            wait       no boot request yet: is slot 3 powered?
     cluster         wait       bootstrap waits for pi-3: every control plane must be there to be asked
     local-path      wait       there is no Kubernetes API yet
     home-assistant  wait       there is no Kubernetes API yet
     notes           wait       there is no Kubernetes API yet
     status          wait       there is no Kubernetes API yet

     Boards: 2 to flash, 0 to configure, 0 unchanged, 0 refused. Services: 0 to deploy, 0 unchanged.
     Disks that will be written: pi-1, pi-2."
  `)
})
