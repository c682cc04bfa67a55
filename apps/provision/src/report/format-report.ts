import { formatFault } from '@homerack/errors'
import { formatBytes } from '../format/format-bytes.ts'
import { formatDuration } from '../format/format-duration.ts'
import type { NodeReport, Report } from './report.ts'

/** Where to look next, below the report. */
export type Pointers = { readonly file?: string | undefined; readonly lookAround: readonly string[] }

/** The report as the terminal shows it, 80 columns. */
export function formatReport(report: Report, pointers: Pointers): string {
  const title = headline(report)
  const blocks = [
    [`${title}${formatDuration(report.durationMs).padStart(Math.max(1, 80 - title.length))}`],
    timingTable(report),
    [
      ` services   ${report.services.map(({ name, state }) => (state === 'ready' ? name : `${name} (${state})`)).join(' · ') || 'none'}`,
      ...(pointers.file ? [` report     ${pointers.file}`] : []),
    ],
    report.unknownBoards.map(
      ({ serial, mac }) => ` not in the file, not booted: board ${serial}, MAC ${mac}`,
    ),
    report.faults.map(formatFault),
    pointers.lookAround.map((line, index) => `${index === 0 ? ' Look around:  ' : '               '}${line}`),
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')
}

function headline(report: Report): string {
  if (report.result === 'failed') return `${report.rack} is not ready`
  return report.changed ? `${report.rack} is ready` : `${report.rack} is ready: nothing needed doing`
}

function timingTable(report: Report): string[] {
  const columns = report.phases.map(({ name }) => name)
  if (columns.length === 0) return []
  const width = Math.max(8, ...report.nodes.map(({ name }) => name.length + 2))
  const cell = (node: NodeReport, column: (typeof columns)[number]) => {
    const ms = node.phases[column]
    return (ms === undefined ? '–' : formatDuration(ms)).padStart(9)
  }
  return [
    ` ${''.padEnd(width)}${columns.map((name) => name.padStart(9)).join('')}`,
    ...report.nodes.map(
      (node) => ` ${node.name.padEnd(width)}${columns.map((column) => cell(node, column)).join('')}`,
    ),
  ]
}

/** The report as a Markdown file: what was done, how long it took, and the hashes. */
export function formatReportFile(report: Report, at: Date): string {
  const { phases } = report
  const header = ['node', 'slot', 'state', ...phases.map(({ name }) => name), 'written', 'sha256 read back']
  const rows = report.nodes.map((node) => [
    node.name,
    String(node.slot),
    node.state,
    ...phases.map(({ name }) =>
      node.phases[name] === undefined ? '' : `${(node.phases[name] / 1000).toFixed(1)} s`,
    ),
    node.flashed
      ? `${formatBytes(node.flashed.written)}${node.flashed.skipped > 0 ? ` (${formatBytes(node.flashed.skipped)} were right)` : ''}`
      : '',
    node.flashed ? `\`${node.flashed.sha256}\`` : '',
  ])
  const images = [...new Set(report.nodes.flatMap((node) => node.flashed?.image ?? []))]
  return `${[
    `# ${headline(report)}`,
    '',
    `${at.toISOString()}, ${(report.durationMs / 1000).toFixed(1)} s, Talos ${report.talos}, Kubernetes ${report.kubernetes}.`,
    '',
    table([header, ...rows]),
    '',
    table([['service', 'state'], ...report.services.map(({ name, state }) => [name, state])]),
    ...(images.length > 0 ? ['', `Image: ${images.map((image) => `\`${image}\``).join(', ')}`] : []),
    ...report.unknownBoards.map(
      ({ serial, mac }) => `\nHeard, not in the file, not booted: board \`${serial}\`, MAC \`${mac}\`.`,
    ),
    ...(report.faults.length > 0 ? ['', '```', ...report.faults.map(formatFault), '```'] : []),
  ].join('\n')}\n`
}

function table([header = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
