import { Code, ConnectError } from '@connectrpc/connect'

/** The status names of gRPC, as Talos and its logs write them. */
export type TalosStatus = keyof typeof Code

/** The gRPC status behind an error of this package, or undefined if no node answered with one. */
export function talosStatusOf(error: unknown): TalosStatus | undefined {
  const code = causesOf(error).find((each) => each instanceof ConnectError)?.code
  return code === undefined ? undefined : (Code[code] as TalosStatus)
}

/** An error and everything that caused it, outermost first. */
export function causesOf(error: unknown): Error[] {
  const chain: Error[] = []
  for (let each = error; each instanceof Error && !chain.includes(each); each = each.cause) chain.push(each)
  return chain
}
