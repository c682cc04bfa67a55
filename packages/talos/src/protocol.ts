/**
 * The Talos API as generated from `proto/`, for those who play a Talos node. One namespace per file; the
 * protobuf packages keep Talos' full names (`machine.MachineService`, `cosi.resource.State`, …).
 * Field numbers: Talos 1.13.9, the same in 1.14.0-rc.1; COSI specification of May 2026.
 */
export * as block from './gen/block/block_pb.js'
export * as cluster from './gen/cluster/cluster_pb.js'
export * as common from './gen/common/common_pb.js'
export * as resource from './gen/cosi/resource_pb.js'
export * as state from './gen/cosi/state_pb.js'
export * as etcd from './gen/machine/etcd_pb.js'
export * as event from './gen/machine/event_pb.js'
export * as image from './gen/machine/image_pb.js'
export * as lifecycle from './gen/machine/lifecycle_pb.js'
export * as machine from './gen/machine/machine_pb.js'
export * as storage from './gen/storage/storage_pb.js'
