import { portProblem } from '../talos/when-free.ts'

export type Listener = { close(): Promise<unknown> }

/** Something that answers at the control planes' shared address, or does not, one step after the other. */
export type SharedAddress = {
  readonly address: string | undefined
  answers(): boolean
  /** Makes it answer or stop to. An address that somebody else has is left to them. */
  follow(wanted: boolean): Promise<void>
}

export function sharedAddress(
  address: string | undefined,
  open: (address: string) => Promise<Listener>,
  log: (text: string) => void,
): SharedAddress {
  let listener: Listener | undefined
  let last: Promise<void> = Promise.resolve()
  const step = async (wanted: boolean) => {
    if (!address || wanted === (listener !== undefined)) return
    if (!wanted) {
      await listener?.close()
      listener = undefined
      return
    }
    try {
      listener = await open(address)
    } catch (error) {
      log(`shared address ${address}: ${portProblem(error)}`)
    }
  }
  return {
    address,
    answers: () => listener !== undefined,
    follow(wanted) {
      last = last.then(() => step(wanted))
      return last
    },
  }
}
