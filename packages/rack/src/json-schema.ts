import * as z from 'zod'
import { rackFile } from './schema/rack-file.ts'

/** JSON Schema (2020-12) of homerack.yaml as it is written, for editors. Cross-checks are not part of it. */
export function rackJsonSchema(): object {
  return z.toJSONSchema(rackFile, { io: 'input' })
}
