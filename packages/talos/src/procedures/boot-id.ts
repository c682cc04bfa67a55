import type { TalosCalls } from '../calls/talos-calls.ts'

/** The kernel's name for this boot: another one after every reboot. */
export async function bootIdOf(client: Pick<TalosCalls, 'readFile'>, signal?: AbortSignal): Promise<string> {
  let text = ''
  for await (const piece of client.readFile('/proc/sys/kernel/random/boot_id', { timeoutMs: 10_000, signal }))
    text += new TextDecoder().decode(piece)
  return text.trim()
}
