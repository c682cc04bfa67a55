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
export type { CallOptions } from './connection/caller.ts'
export type { Credentials } from './connection/credentials.ts'
export {
  createTalosClient,
  type TalosClient,
  type TalosClientOptions,
  talosPort,
} from './create-talos-client.ts'
export { type TalosStatus, talosStatusOf } from './faults/talos-status.ts'
export type { ClusterNode } from './health/health-checks.ts'
export { type HealthEvent, type HealthOptions, waitForHealth } from './health/wait-for-health.ts'
export { type ProbeOptions, probeTalos, type TalosPresence } from './probe-talos.ts'
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
export { parseTalosconfig, type TalosContext, type Talosconfig } from './talosconfig.ts'
