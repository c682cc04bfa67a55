import * as z from 'zod'

/** The keys that the schema knows in the map at `path`. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return keysAt(schema.unwrap(), path)
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path))
  if (schema instanceof z.ZodArray) return path.length > 0 ? keysAt(schema.element, rest) : []
  if (!(schema instanceof z.ZodObject)) return []
  if (step === undefined) return Object.keys(schema.shape)
  const value: z.core.$ZodType | undefined = schema.shape[String(step)]
  return value ? keysAt(value, rest) : []
}
