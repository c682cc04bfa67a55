/** Options of the command line, with their defaults filled in. */
export type CommandOptions = {
  readonly name: string
  readonly namespace: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly output: 'text' | 'json'
  readonly force?: boolean
  readonly allowPrune?: readonly string[]
  /** Seconds. */
  readonly timeout?: number
}

/** Prints one thing: as text, or as one line of JSON. */
export function print({ output }: Pick<CommandOptions, 'output'>, text: string, value: unknown): void {
  process.stdout.write(`${output === 'json' ? JSON.stringify(value) : text}\n`)
}
