import { execFile } from 'node:child_process'
import { FaultError } from '@homerack/errors'

export type Program = {
  /** Name or path of what is started. */
  readonly command: string
  readonly args: readonly string[]
  readonly input?: string
  readonly signal?: AbortSignal | undefined
}

/**
 * What a program prints. Throws E_TOOL_MISSING if it is not on this machine, E_TOOL with its own words if it fails,
 * or the reason of an abort.
 */
export function runProgram({ command, args, input = '', signal }: Program, hint: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 256 << 20, ...(signal ? { signal } : {}) }
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(signal.reason)
      if (!error) return resolve(stdout)
      const isMissing = error.code === 'ENOENT' || error.code === 'EACCES'
      const said = stderr.trim().split('\n').slice(-5).join('\n')
      const cause = isMissing ? 'is not on this machine' : said || error.message
      const code = isMissing ? 'E_TOOL_MISSING' : 'E_TOOL'
      reject(new FaultError({ code, subject: command, cause, hint: isMissing ? hint : undefined }))
    })
    // A program that ends early closes its input; how it ended is told above.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
