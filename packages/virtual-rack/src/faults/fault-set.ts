import { type Fault, FaultError } from '@homerack/errors'
import {
  type FaultName,
  faultNames,
  formatFaultName,
  parseFault,
  type RackFault,
  rackFaults,
} from './rack-fault.ts'

export type FaultSet = {
  /** Whether the fault holds at a board now. */
  has(name: FaultName, board: string): boolean
  /** Like `has`, and uses a once-only fault up. */
  strike(name: FaultName, board: string): boolean
  /** @throws FaultError E_RACK_FAULT_UNKNOWN, and then nothing has changed. */
  change(change: { add: readonly string[]; remove: readonly string[] }): void
  list(): string[]
}

/** The faults of a running rack. `onChange` is told the boards that a change may concern. */
export function createFaultSet(
  initial: readonly string[],
  boards: readonly { name: string }[],
  onChange: () => void = () => {},
): FaultSet {
  const active = new Map<string, RackFault>()
  const find = (name: FaultName, board: string) => [`${name}:${board}`, name].find((key) => active.has(key))
  const change: FaultSet['change'] = ({ add, remove }) => {
    const added = add.map((text) => ({ text, fault: parseFault(text, boards) }))
    const unknown = added.flatMap(({ text, fault }) =>
      'unknown' in fault ? [unknownFault(text, fault.unknown)] : [],
    )
    if (unknown.length > 0) throw new FaultError(unknown)
    for (const each of remove) active.delete(each)
    for (const { fault } of added) if (!('unknown' in fault)) active.set(formatFaultName(fault), fault)
    onChange()
  }
  change({ add: initial, remove: [] })
  return {
    has: (name, board) => find(name, board) !== undefined,
    strike(name, board) {
      const key = find(name, board)
      if (key !== undefined && rackFaults[name].once) active.delete(key)
      return key !== undefined
    },
    change,
    list: () => [...active.keys()],
  }
}

function unknownFault(subject: string, cause: string): Fault {
  return { code: 'E_RACK_FAULT_UNKNOWN', subject, cause, hint: `Known: ${faultNames.join(', ')}` }
}
