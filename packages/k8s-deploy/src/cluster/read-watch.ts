import type { WatchEvent } from './cluster.ts'

/** One event a line, as the Kubernetes API streams them; a last line that is cut off is dropped. */
export async function* readWatch(chunks: AsyncIterable<string>): AsyncGenerator<WatchEvent> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line)
  }
}
