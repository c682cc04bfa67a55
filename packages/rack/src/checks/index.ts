import { addressOutside } from './address-outside.ts'
import { addressReserved } from './address-reserved.ts'
import { appliancePlays } from './appliance-plays.ts'
import type { Check } from './check.ts'
import { controlPlaneCount } from './control-plane-count.ts'
import { dhcpPool } from './dhcp-pool.ts'
import { diskIdentity } from './disk-identity.ts'
import { diskSizeExact } from './disk-size-exact.ts'
import { domainLocal } from './domain-local.ts'
import { duplicateAddresses } from './duplicate-addresses.ts'
import { duplicateDisks } from './duplicate-disks.ts'
import { duplicateMacs } from './duplicate-macs.ts'
import { duplicateNames } from './duplicate-names.ts'
import { duplicateSerials } from './duplicate-serials.ts'
import { duplicateServices } from './duplicate-services.ts'
import { duplicateSlots } from './duplicate-slots.ts'
import { endpointTaken } from './endpoint-taken.ts'
import { kubernetesSupported } from './kubernetes-supported.ts'
import { loadBalancerPool } from './load-balancer-pool.ts'
import { networksOverlap } from './networks-overlap.ts'
import { nodeRole } from './node-role.ts'
import { poolOutside } from './pool-outside.ts'
import { poolReversed } from './pool-reversed.ts'
import { poolsOverlap } from './pools-overlap.ts'
import { radioNode } from './radio-node.ts'
import { serviceAfter } from './service-after.ts'
import { serviceCycle } from './service-cycle.ts'
import { systemSize } from './system-size.ts'
import { talosSupported } from './talos-supported.ts'
import { volumeNames } from './volume-names.ts'
import { volumeRest } from './volume-rest.ts'
import { volumesFit } from './volumes-fit.ts'

/** Every cross-check. */
export const checks: readonly Check[] = [
  addressOutside,
  addressReserved,
  duplicateAddresses,
  endpointTaken,
  dhcpPool,
  loadBalancerPool,
  poolReversed,
  poolOutside,
  poolsOverlap,
  networksOverlap,
  domainLocal,
  talosSupported,
  kubernetesSupported,
  duplicateNames,
  duplicateSerials,
  duplicateMacs,
  duplicateSlots,
  duplicateDisks,
  nodeRole,
  controlPlaneCount,
  diskIdentity,
  diskSizeExact,
  systemSize,
  volumeNames,
  volumeRest,
  volumesFit,
  appliancePlays,
  duplicateServices,
  radioNode,
  serviceAfter,
  serviceCycle,
]
