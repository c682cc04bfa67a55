/**
 * Starts this program anew, in the same process, with one arena for all threads. glibc gives each thread an arena
 * of its own, and what decompression frees in one is of no use to the others: 205 instead of 180 MB at the peak.
 */
export function spareMemory(): void {
  if (process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX !== undefined) return
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve?.(process.execPath, args, { ...process.env, MALLOC_ARENA_MAX: '1' })
}
