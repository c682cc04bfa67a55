/** Options of the command line, with their defaults filled in. */
export type CommandOptions = {
  readonly name: string
  readonly namespace: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly output: 'text' | 'json'
  readonly force?: boolean
  readonly allowPrune?: readonly string[]
  readonly available?: 'always'
  /** Values of charts. */
  readonly values?: readonly string[]
  /** A file of JSON for modules. */
  readonly input?: string
  /** Seconds. */
  readonly timeout?: number
  /** Revision. */
  readonly to?: number
  readonly dryRun?: boolean
  readonly flux?: string
  readonly repository?: string
  readonly branch?: string
  readonly path?: string
  readonly age?: string
}

/** Prints one thing: as text, or as one line of JSON. */
export function print({ output }: Pick<CommandOptions, 'output'>, text: string, value: unknown): void {
  process.stdout.write(`${output === 'json' ? JSON.stringify(value) : text}\n`)
}
