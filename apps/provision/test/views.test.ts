import { expect, test } from 'vitest'
import type { ProvisionEvent, TimedEvent } from '../src/events/provision-event.ts'
import { collectReport } from '../src/report/collect-report.ts'
import { formatReport, formatReportFile } from '../src/report/format-report.ts'
import { jsonView } from '../src/view/json-view.ts'
import { plainView } from '../src/view/plain-view.ts'
import { createRackPicture } from '../src/view/rack-picture.ts'

const story: [number, ProvisionEvent][] = [
  [
    0,
    {
      type: 'start',
      rack: 'closet',
      talos: 'v1.13.9',
      kubernetes: 'v1.36.3',
      nodes: [1, 2, 3].map((slot) => ({ name: `pi-${slot}`, slot, role: 'controlplane' })),
      services: ['notes', 'status'],
    },
  ],
  [8000, { type: 'phase', node: 'pi-1', phase: 'boot', ms: 5000 }],
  [
    20_000,
    {
      type: 'flashed',
      node: 'pi-1',
      image: 'ab'.repeat(32),
      sha256: 'cd'.repeat(32),
      written: 2.1e8,
      skipped: 0,
    },
  ],
  [20_000, { type: 'phase', node: 'pi-1', phase: 'flash', ms: 11_000 }],
  [24_000, { type: 'phase', node: 'pi-1', phase: 'boot', ms: 3000 }],
  [30_000, { type: 'node', node: 'pi-1', state: { kind: 'ready', detail: 'Talos v1.13.9' } }],
  [
    31_000,
    {
      type: 'node',
      node: 'pi-2',
      state: { kind: 'flashing', phase: 'write', done: 61, total: 100, rate: 1.04e8 },
    },
  ],
  [40_000, { type: 'cluster', detail: '1 of 3 nodes joined' }],
  [
    41_000,
    { type: 'service', service: 'notes', state: { kind: 'rolling out', waitsFor: 'notes 1 of 2 replicas' } },
  ],
  [42_000, { type: 'unknown-board', serial: 'deadbeef', mac: '2c:cf:67:00:00:99' }],
]
const events: TimedEvent[] = story.map(([ms, event]) => ({ at: new Date(ms).toISOString(), ms, ...event }))

test('the picture fits 80 columns and says what is awaited', () => {
  const picture = createRackPicture()
  for (const event of events) picture.read(event)
  const drawn = picture.draw(42_000, 80)
  for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(drawn).toMatchInlineSnapshot(`
    "closet · 3 boards · Talos v1.13.9 · Kubernetes v1.36.3                      0:42

     1  pi-1  ready       Talos v1.13.9                                         0:12
     2  pi-2  flashing    ████████████░░░░░░░░  61 %  104 MB/s  0:00 left       0:11
     3  pi-3  unseen      no boot request for 42 s: is slot 3 powered?          0:42

     cluster    1 of 3 nodes joined
     services   notes notes 1 of 2 replicas · status next
     unknown    board deadbeef, MAC 2c:cf:67:00:00:99: not in the file, not booted"
  `)
})

test('plain lines, one per change', () => {
  const lines: string[] = []
  const read = plainView((text) => lines.push(text))
  for (const event of [...events, ...events.slice(5, 6)]) read(event)
  expect(lines.join('')).toMatchInlineSnapshot(`
    "   0:00  closet         3 boards, Talos v1.13.9, Kubernetes v1.36.3
       0:30  pi-1           ready       Talos v1.13.9
       0:31  pi-2           flashing    written 50 %
       0:40  cluster        1 of 3 nodes joined
       0:41  notes          rolling out notes 1 of 2 replicas
       0:42  deadbeef       not in the file, not booted (MAC 2c:cf:67:00:00:99)
    "
  `)
})

test('JSON lines are one object each', () => {
  const lines: string[] = []
  const read = jsonView((text) => lines.push(text))
  for (const event of events) read(event)
  expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(events)))
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
})

test('the report adds up the parts of a phase and names what was not in the file', () => {
  const collector = collectReport()
  for (const event of events) collector.read(event)
  const report = collector.report('ok', 43_000)
  expect(report.nodes[0]?.phases).toEqual({ boot: 8000, flash: 11_000 })
  expect(report.changed).toBe(true)
  expect(report.unknownBoards).toEqual([{ serial: 'deadbeef', mac: '2c:cf:67:00:00:99' }])
  expect(formatReport(report, { file: 'r.md', lookAround: ['provision status'] })).toMatchInlineSnapshot(`
    "closet is ready                                                             0:43

                  boot    flash
     pi-1         0:08     0:11
     pi-2            –        –
     pi-3            –        –

     services   notes (rolling out) · status (waiting)
     report     r.md

     not in the file, not booted: board deadbeef, MAC 2c:cf:67:00:00:99

     Look around:  provision status"
  `)
  expect(formatReportFile(report, new Date(0))).toContain('`'.concat('cd'.repeat(32), '`'))
})
