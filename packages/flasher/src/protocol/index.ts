export { imageDigest } from './image-digest.ts'
export { BLOCK_BYTES, HEAD_BYTES, RANGE_BYTES } from './limits.ts'
export { parseAgentEvents, parseAssignment, parseImageManifest, parseInventory } from './parse.ts'
export {
  type AgentEvent,
  type Assignment,
  agentEventSchema,
  agentEventsSchema,
  assignmentSchema,
  type DiskContent,
  type DiskFound,
  type ImageManifest,
  type ImageRange,
  type Inventory,
  imageManifestSchema,
  inventorySchema,
} from './schemas.ts'
