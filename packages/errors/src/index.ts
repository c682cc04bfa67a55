export { didYouMean } from './did-you-mean.ts'
export { type Fault, isWarning, type Place } from './fault.ts'
export { FaultError, faultsOf } from './fault-error.ts'
export { formatFault } from './format-fault.ts'
