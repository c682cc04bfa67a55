/** A measurement. Its file exports it as `bench`. */
export type Bench = {
  readonly title: string
  run(): Promise<{
    readonly columns: readonly string[]
    readonly rows: readonly (readonly string[])[]
    /** What was measured how, and which peers were missing. */
    readonly notes: readonly string[]
  }>
}
