import { rackJsonSchema } from '@homerack/rack'
import { output, type Print, type SharedOptions } from './session.ts'

/** The JSON Schema of homerack.yaml, for editors. */
export async function schema(options: Pick<SharedOptions, 'out'>, print: Print): Promise<void> {
  await output(`${JSON.stringify(rackJsonSchema(), null, 2)}\n`, options, print)
}
