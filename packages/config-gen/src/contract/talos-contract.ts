import { FaultError } from '@homerack/errors'
import type { ConfigTypes } from '../config-types/config-types.ts'
import { configTypes as talos113 } from '../config-types/gen/talos-1.13.ts'
import { configTypes as talos114 } from '../config-types/gen/talos-1.14.ts'

/**
 * What the machine config of one Talos minor looks like. The predicates are the only place where versions
 * differ; their meaning follows pkg/machinery/config/contract.go of Talos v1.13.9 and v1.14.1.
 */
export type TalosContract = {
  /** `v1.13`; talosctl's `--talos-version`. */
  readonly name: string
  /** Kubernetes settings are documents of their own (KubeClusterConfig, KubeletConfig, …). */
  readonly kubernetesDocuments: boolean
  /** Cluster identity and discovery are documents (DiscoveryIdentityConfig, DiscoveryServiceConfig). */
  readonly discoveryDocuments: boolean
  /** The host DNS switch is in ResolverConfig, not in machine.features. */
  readonly hostDnsInResolver: boolean
  /** Installation is UnattendedInstallConfig instead of machine.install. */
  readonly installDocument: boolean
  /** Sysctls are SysctlConfig instead of machine.sysctls. */
  readonly sysctlDocument: boolean
  /** Kernel modules are KernelModuleConfig documents instead of machine.kernel.modules. */
  readonly kernelModuleDocuments: boolean
  /** File systems are trimmed weekly and EPHEMERAL is mounted nosuid, nodev. */
  readonly trimsFilesystems: boolean
  /** Workloads are isolated by SecurityProfileConfig. */
  readonly isolatesWorkloads: boolean
  /** The cluster id of a new bundle is URL-safe base64 (up to 1.13) instead of standard base64. */
  readonly urlSafeClusterId: boolean
  /** A machine config must say where Talos is installed, though an image that was written directly is. */
  readonly requiresInstall: boolean
  /** A patch may name a document twice, if the config has it already. */
  readonly repeatedPatchDocuments: boolean
  /** The kinds of document and their fields. */
  readonly types: ConfigTypes
}

const contracts: readonly TalosContract[] = [
  {
    name: 'v1.13',
    kubernetesDocuments: false,
    discoveryDocuments: false,
    hostDnsInResolver: false,
    installDocument: false,
    sysctlDocument: false,
    kernelModuleDocuments: false,
    trimsFilesystems: false,
    isolatesWorkloads: false,
    urlSafeClusterId: true,
    requiresInstall: true,
    repeatedPatchDocuments: false,
    types: talos113,
  },
  {
    name: 'v1.14',
    kubernetesDocuments: true,
    discoveryDocuments: true,
    hostDnsInResolver: true,
    installDocument: true,
    sysctlDocument: true,
    kernelModuleDocuments: true,
    trimsFilesystems: true,
    isolatesWorkloads: true,
    urlSafeClusterId: false,
    requiresInstall: false,
    repeatedPatchDocuments: true,
    types: talos114,
  },
]

/** The names of the contracts, oldest first: `v1.13`, `v1.14`. */
export const talosContractNames: readonly string[] = contracts.map(({ name }) => name)

/**
 * The contract of a Talos version such as `v1.13.9`, `1.13.9` or `v1.13`.
 *
 * Throws `E_TALOS_VERSION` for a version without a contract, listing those that have one.
 */
export function talosContract(version: string): TalosContract {
  const minor = /^v?(\d+\.\d+)(\.\d+.*)?$/.exec(version)?.[1]
  const contract = contracts.find(({ name }) => name === `v${minor}`)
  if (contract) return contract
  throw new FaultError({
    code: 'E_TALOS_VERSION',
    subject: version,
    cause: minor ? `Talos ${minor} is not supported` : 'this is not a Talos version',
    hint: `Supported: ${talosContractNames.map((name) => `${name}.x`).join(', ')}. Newer Talos versions still accept the config of an older contract.`,
  })
}
