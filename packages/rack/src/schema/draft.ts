import * as z from 'zod'
import { type RackFile, rackFile } from './rack-file.ts'

/** Data of which any part may be missing. */
export type Draft<T> = T extends readonly (infer E)[]
  ? readonly (Draft<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> | undefined }
    : T

export type RackDraft = Draft<RackFile>

const lenientRackFile = lenient(rackFile)

/**
 * What can be understood of a faulty file: every part that the schema refuses is left out. Cross-checks run on
 * this, so that one misspelt MAC address does not hide two equal addresses.
 */
export function draftOf(data: unknown): RackDraft {
  const result = lenientRackFile.safeParse(data)
  return result.success ? (result.data as RackDraft) : {}
}

function lenient(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape).map(([key, value]) => [key, forgiving(value)] as const)
    return z.object(Object.fromEntries(shape))
  }
  if (schema instanceof z.ZodArray) return z.array(forgiving(schema.element))
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(lenient))
  if (schema instanceof z.ZodOptional) return lenient(schema.unwrap())
  if (schema instanceof z.ZodDefault) return lenient(schema.unwrap()).default(schema.def.defaultValue)
  if (schema instanceof z.ZodPrefault) return lenient(schema.unwrap()).prefault(schema.def.defaultValue)
  return schema as z.ZodType
}

function forgiving(schema: z.core.$ZodType): z.ZodType {
  return lenient(schema).optional().catch(undefined)
}
