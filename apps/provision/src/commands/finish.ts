import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Fault } from '@homerack/errors'
import { writeFileAtomic } from '@homerack/secrets'
import type { EventStream } from '../events/event-stream.ts'
import type { ReportCollector } from '../report/collect-report.ts'
import { formatReport, formatReportFile } from '../report/format-report.ts'
import type { Report } from '../report/report.ts'
import type { Output } from './output.ts'

export type Finish = {
  readonly events: EventStream
  readonly collector: ReportCollector
  readonly output: Output
  readonly result: Report['result']
  readonly faults: readonly Fault[]
  /** Where reports are kept; undefined if the run came too early to have a place for one. */
  readonly folder: string | undefined
  readonly lookAround: readonly string[]
}

/** Ends a run: writes the report file, shows the report, and emits it as the last event. */
export async function finish(options: Finish): Promise<void> {
  const { events, collector, output, result, faults, folder, lookAround } = options
  for (const fault of faults) collector.addFault(fault)
  const report = collector.report(result, events.elapsed())
  const file = folder && (await writeReport(folder, report))
  output.done()
  output.say(`\n${formatReport(report, { file, lookAround: result === 'ok' ? lookAround : [] })}`)
  events.emit({ type: 'report', ...report })
}

async function writeReport(folder: string, report: Report): Promise<string> {
  const at = new Date()
  const reports = join(folder, 'reports')
  await mkdir(reports, { recursive: true })
  const file = join(reports, `${at.toISOString().slice(0, 19).replaceAll(':', '-')}.md`)
  await writeFileAtomic(file, formatReportFile(report, at))
  return relative(process.cwd(), file)
}
