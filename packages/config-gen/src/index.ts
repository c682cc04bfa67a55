export { readMachineConfig } from './config-types/read-machine-config.ts'
export { type TalosContract, talosContract, talosContractNames } from './contract/talos-contract.ts'
export { type ConfigDifference, diffConfigs } from './diff/diff-configs.ts'
export type { ConfigDocument, ConfigValue, MachineConfig } from './machine/config-document.ts'
export {
  formatMachineConfig,
  formatMachineConfigs,
  formatRedactedMachineConfig,
} from './machine/format-machine-config.ts'
export { generateMachineConfig } from './machine/generate-machine-config.ts'
export { installerImage, rackSchematic } from './machine/installer-image.ts'
export type { MachineInput } from './machine/machine-input.ts'
export { type Overlay, overlays } from './machine/overlays.ts'
export { applyPatches } from './patch/apply-patches.ts'
export type { ConfigPatch } from './patch/config-patch.ts'
export { type ReadPatchFile, rackPatches } from './patch/rack-patches.ts'
export { type CertificateReport, inspectCertificate } from './pki/inspect-certificate.ts'
export { type Kubeconfig, type KubeconfigOptions, mintKubeconfig } from './pki/mint-kubeconfig.ts'
export {
  mintTalosconfig,
  type Talosconfig,
  type TalosconfigOptions,
  type TalosRole,
  talosRoles,
} from './pki/mint-talosconfig.ts'
export { formatSchematic, type Schematic, schematicId } from './schematic/schematic.ts'
export { adoptBundle } from './secrets/adopt-bundle.ts'
export { formatSecretsBundle, type SecretsTree, secretsBundleTree } from './secrets/format-secrets-bundle.ts'
export { type NewSecretsOptions, newSecretsBundle } from './secrets/new-secrets-bundle.ts'
export { parseSecretsBundle, secretsBundleFromTree } from './secrets/parse-secrets-bundle.ts'
export {
  acceptAuthorities,
  type RotatableAuthority,
  rotatableAuthorities,
  rotateBundle,
} from './secrets/rotate-bundle.ts'
export type { CertificateAndKey, SecretsBundle } from './secrets/secrets-bundle.ts'
export { validateConfigText, validateMachineConfig } from './validate/validate-machine-config.ts'
export {
  issueServerCertificate,
  nodeKeyPem,
  type Random,
  type ServerCertificateOptions,
} from './x509/index.ts'
