import { FaultError } from '@homerack/errors'
import * as z from 'zod/mini'
import {
  type AgentEvent,
  type Assignment,
  agentEventsSchema,
  assignmentSchema,
  type ImageManifest,
  type Inventory,
  imageManifestSchema,
  inventorySchema,
} from './schemas.ts'

/** An inventory out of untrusted JSON. @throws FaultError E_PROTOCOL, one fault per wrong field */
export const parseInventory = (value: unknown): Inventory => parse('inventory', inventorySchema, value)

/** An assignment out of untrusted JSON. @throws FaultError E_PROTOCOL */
export const parseAssignment = (value: unknown): Assignment => parse('assignment', assignmentSchema, value)

/** Agent events out of untrusted JSON (`{ events: […] }`). @throws FaultError E_PROTOCOL */
export const parseAgentEvents = (value: unknown): AgentEvent[] =>
  parse('events', agentEventsSchema, value).events

/** An image manifest out of untrusted JSON. @throws FaultError E_PROTOCOL */
export const parseImageManifest = (value: unknown): ImageManifest =>
  parse('image manifest', imageManifestSchema, value)

function parse<T extends z.ZodMiniType>(subject: string, schema: T, value: unknown): z.infer<T> {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw new FaultError(
    result.error.issues.slice(0, 20).map((issue) => ({
      code: 'E_PROTOCOL',
      subject,
      cause: `${issue.path.map(String).join('.') || 'the body'}: ${issue.message}`,
    })),
  )
}
