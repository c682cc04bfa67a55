import type { Progress } from '../write/progress.ts'

/** Shows progress: JSON lines, or on a terminal one line that is written over, or nothing. */
export function progressLine(json: boolean | undefined): (event: Progress) => void {
  if (json) return (event) => void process.stdout.write(`${JSON.stringify(event)}\n`)
  if (!process.stderr.isTTY) return () => {}
  return (event) =>
    void process.stderr.write(`\r${describe(event)}\x1b[K${event.done === event.total ? '\n' : ''}`)
}

function describe({ phase, done, total, bytesPerSecond }: Progress): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
  const left = bytesPerSecond > 0 ? Math.ceil((total - done) / bytesPerSecond) : undefined
  const clock =
    left === undefined ? '' : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const verb = phase === 'write' ? 'writing  ' : 'verifying'
  return `${verb} ${String(percent).padStart(3)} %  ${Math.round(bytesPerSecond / 1e6)} MB/s  ${clock}`
}
