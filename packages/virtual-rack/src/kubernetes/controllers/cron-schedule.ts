const shorthand: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

const names = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  day: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
}

const minute = 60_000
const horizon = 366 * 24 * 60

/**
 * The first minute after `after` that a cron schedule (five fields, UTC) names; undefined for a schedule that cannot
 * be read or names none within a year.
 */
export function nextRun(schedule: string, after: Date): Date | undefined {
  const parts = (shorthand[schedule] ?? schedule).trim().split(/\s+/)
  const [minutes, hours, days, months, weekdays] = [
    field(parts[0], 0, 59),
    field(parts[1], 0, 23),
    field(parts[2], 1, 31),
    field(parts[3], 1, 12, names.month),
    field(parts[4], 0, 7, names.day),
  ]
  if (parts.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return undefined
  if (weekdays.has(7)) weekdays.add(0)
  const either = parts[2] !== '*' && parts[4] !== '*'
  let time = Math.floor(after.getTime() / minute) * minute
  for (let step = 0; step < horizon; step++) {
    time += minute
    const date = new Date(time)
    if (!minutes.has(date.getUTCMinutes()) || !hours.has(date.getUTCHours())) continue
    if (!months.has(date.getUTCMonth() + 1)) continue
    const [byDay, byWeekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())]
    if (either ? byDay || byWeekday : byDay && byWeekday) return date
  }
  return undefined
}

function field(
  text: string | undefined,
  from: number,
  to: number,
  words: readonly string[] = [],
): Set<number> | undefined {
  const values = new Set<number>()
  for (const part of (text ?? '').toLowerCase().split(',')) {
    const match = /^(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:\/(\d+))?$/.exec(part)
    if (!match) return undefined
    const [, low = '', high, step] = match
    const first = low === '*' ? from : numberOf(low, from, words)
    const last =
      high !== undefined ? numberOf(high, from, words) : low === '*' || step !== undefined ? to : first
    if (Number.isNaN(first) || Number.isNaN(last) || first < from || last > to) return undefined
    for (let value = first; value <= last; value += Math.max(1, Number(step ?? 1))) values.add(value)
  }
  return values
}

function numberOf(word: string, from: number, words: readonly string[]): number {
  const index = words.indexOf(word)
  return index < 0 ? Number(word) : index + from
}
