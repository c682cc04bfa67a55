// npm run docs [-- api | live-view]: writes the API pages (docs/api), and records a rehearsal of the example as
// docs/live-view.svg, which the README shows.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TimedEvent } from '../apps/provision/src/events/provision-event.ts'
import { createRackPicture } from '../apps/provision/src/view/rack-picture.ts'

const columns = 86
const frameMs = 500

const [only] = process.argv.slice(2)
if (only !== 'live-view') await writeApi()
if (only !== 'api') await writeLiveView()

async function writeApi(): Promise<void> {
  const tools = join(import.meta.dirname, 'typedoc')
  if (!existsSync(join(tools, 'node_modules/typedoc')))
    execFileSync('npm', ['ci', '--prefix', tools], { stdio: ['ignore', 2, 2] })
  const { writeApiPages } = await import('./typedoc/api-pages.ts')
  const pages = await writeApiPages(['config-gen', 'rack', 'secrets'])
  const root = join(import.meta.dirname, '..')
  const biome = join(root, 'node_modules/.bin/biome')
  execFileSync(biome, ['format', '--write', ...pages], { cwd: root, stdio: ['ignore', 2, 2] })
  console.log(pages.join('\n'))
}

async function writeLiveView(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'homerack-docs-'))
  try {
    const frames = await record(state)
    await writeFile(join(import.meta.dirname, 'live-view.svg'), draw(frames))
    console.log(`docs/live-view.svg: ${frames.length} frames`)
  } finally {
    await rm(state, { recursive: true, force: true })
  }
}

/** The picture at every half second of a rehearsal, without repetitions. */
async function record(folder: string): Promise<string[]> {
  const program = join(import.meta.dirname, '../apps/provision/dist/provision.js')
  const child = spawn(
    process.execPath,
    [program, 'rehearse', '--speed', '1', '--output', 'json', '--state', folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const picture = createRackPicture()
  const frames: string[] = []
  let next = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as TimedEvent
    for (; event.ms >= next; next += frameMs) frames.push(picture.draw(next, columns))
    picture.read(event)
    if (event.type === 'report') frames.push(picture.draw(event.ms, columns))
  }
  return frames
}

/** An animated SVG: one group of text a frame, each shown for its share of the time. */
function draw(frames: readonly string[]): string {
  const [width, lineHeight, left] = [columns * 8.45 + 24, 19, 12]
  const lines = Math.max(...frames.map((frame) => frame.split('\n').length))
  const height = lines * lineHeight + 24
  const seconds = (frames.length * frameMs) / 1000 + 4
  const share = (index: number) => ((index * frameMs) / 10 / seconds).toFixed(3)
  const groups = frames.map((frame, index) => {
    const text = frame
      .split('\n')
      .map((line, row) => `<text x="${left}" y="${26 + row * lineHeight}">${escapeXml(line)}</text>`)
      .join('')
    const end = index === frames.length - 1 ? '100' : share(index + 1)
    const visible = `${share(index)}%,${end}%{visibility:visible}`
    const hide = index === frames.length - 1 ? '' : `${(Number(end) + 0.001).toFixed(3)}%{visibility:hidden}`
    const before = index === 0 ? '' : `0%,${(Number(share(index)) - 0.001).toFixed(3)}%{visibility:hidden}`
    const style = `<style>@keyframes f${index}{${before}${visible}${hide}}#f${index}{visibility:hidden;animation:f${index} ${seconds}s step-end infinite}</style>`
    return `${style}<g id="f${index}">${text}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" fill="#d8dee9" style="white-space:pre"><title>A rehearsal: three boards from empty disks to running services</title><rect width="100%" height="100%" rx="8" fill="#20242c"/>${groups.join('')}</svg>\n`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
