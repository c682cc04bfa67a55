export { type BootstrapEvent, type BootstrapOptions, bootstrapOnce } from './bootstrap/bootstrap-once.ts'
export type { ControlPlane } from './bootstrap/observe-etcd.ts'
export { type BootstrapPlan, type EtcdObservation, planBootstrap } from './bootstrap/plan-bootstrap.ts'
export type { HealthCheckRequest } from './calls/cluster-calls.ts'
export type { ImageNamespace } from './calls/containerd.ts'
export type { EtcdAlarm, EtcdMember, EtcdStatus } from './calls/etcd-calls.ts'
export type { NodeImage, PullEvent } from './calls/image-calls.ts'
export type {
  ApplyMode,
  ApplyRequest,
  ApplyResult,
  ClientConfiguration,
  LogsRequest,
  TalosVersion,
} from './calls/machine-calls.ts'
export type { NodeEvent } from './calls/node-event.ts'
export type { ResetRequest } from './calls/power-calls.ts'
export type { TalosService } from './calls/service-calls.ts'
export type { NodeDisk, WipeRequest } from './calls/storage-calls.ts'
export type { TalosCalls } from './calls/talos-calls.ts'
export {
  createTalosCluster,
  type TalosCluster,
  type TalosClusterOptions,
} from './cluster/create-talos-cluster.ts'
export type { CallOptions } from './connection/caller.ts'
export type { ClusterCredentials, Credentials } from './connection/credentials.ts'
export {
  createTalosClient,
  type TalosClient,
  type TalosClientOptions,
  talosPort,
} from './create-talos-client.ts'
export { type TalosStatus, talosStatusOf } from './faults/talos-status.ts'
export type { ClusterNode } from './health/health-checks.ts'
export { type HealthEvent, type HealthOptions, waitForHealth } from './health/wait-for-health.ts'
export { readImageFile } from './image-archive/read-image-file.ts'
export { type ProbeOptions, probeTalos, type TalosPresence } from './probe-talos.ts'
export { checkEtcd, checkQuorumWithout, checkReboot } from './procedures/etcd/check-etcd.ts'
export { type EtcdView, observeEtcdHealth } from './procedures/etcd/observe-etcd-health.ts'
export {
  type DeliverOptions,
  deliverImages,
  type ImageEvent,
  type ImageNode,
  observeImages,
} from './procedures/images/deliver-images.ts'
export {
  type DeliveredImage,
  type ImageStep,
  type NodeImages,
  planImageDelivery,
} from './procedures/images/plan-image-delivery.ts'
export type { KubernetesNode, KubernetesPort, StaticPod } from './procedures/kubernetes-port.ts'
export {
  type MembershipTools,
  observeMembership,
  type Replacement,
  removeNode,
  replaceNode,
} from './procedures/membership/change-membership.ts'
export {
  type MembershipObservation,
  type MembershipStep,
  planNodeRemoval,
  planNodeReplacement,
  type RemovalWish,
} from './procedures/membership/plan-membership.ts'
export type { NodeView } from './procedures/observe-node.ts'
export {
  formatProcedurePlan,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type ProcedurePlan,
  type ProcedureStep,
} from './procedures/procedure.ts'
export {
  type EtcdRestoreObservation,
  type EtcdRestoreStep,
  type EtcdRestoreView,
  type EtcdRestoreWish,
  planEtcdRestore,
} from './procedures/snapshot/plan-etcd-restore.ts'
export { type EtcdRestoreTools, observeEtcdRestore, restoreEtcd } from './procedures/snapshot/restore-etcd.ts'
export {
  checkSnapshot,
  type SnapshotEvent,
  type SnapshotOptions,
  snapshotEtcd,
} from './procedures/snapshot/snapshot-etcd.ts'
export type { SnapshotCheck } from './procedures/snapshot/snapshot-hash.ts'
export {
  type KubernetesUpgradeObservation,
  type KubernetesUpgradeStep,
  type KubernetesUpgradeWish,
  planKubernetesUpgrade,
} from './procedures/upgrade-kubernetes/plan-kubernetes-upgrade.ts'
export {
  type KubernetesUpgradeTools,
  observeKubernetesUpgrade,
  upgradeKubernetes,
} from './procedures/upgrade-kubernetes/upgrade-kubernetes.ts'
export {
  planTalosUpgrade,
  type TalosUpgradeObservation,
  type TalosUpgradeStep,
  type TalosUpgradeWish,
} from './procedures/upgrade-talos/plan-talos-upgrade.ts'
export {
  observeTalosUpgrade,
  type TalosUpgradeTools,
  upgradeTalos,
} from './procedures/upgrade-talos/upgrade-talos.ts'
export type { Resource, ResourceEvent, ResourceName, WatchRequest } from './resources/resource-calls.ts'
export type {
  DiscoveredVolume,
  Disk,
  ExtensionStatus,
  LinkStatus,
  MachineStatus,
  Member,
  ResourceKind,
  UnattendedInstallStatus,
  VolumeStatus,
} from './resources/resource-kinds.ts'
export type { SecretText } from './secret-text.ts'
export { contextOf, parseTalosconfig, type TalosContext, type Talosconfig } from './talosconfig.ts'
