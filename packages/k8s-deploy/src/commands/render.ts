import { stringify } from 'yaml'
import { isJsonObject, type KubeObject } from '../object/kube-object.ts'
import { type CommandOptions, print } from './command-options.ts'
import { readDeclared } from './read.ts'

export async function render(
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const manifests = (await readDeclared(sources, options, signal)).map(({ object, origin }) => ({
    object: withoutValues(object),
    origin,
  }))
  const texts = manifests.map(
    ({ object, origin }) => `# ${origin.file}:${origin.line}\n${stringify(object, { lineWidth: 0 })}`,
  )
  const list = { apiVersion: 'v1', kind: 'List', items: manifests.map(({ object }) => object) }
  print(options, texts.join('---\n').trimEnd(), list)
  return 0
}

function withoutValues(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret') return object
  const hidden = (['data', 'stringData'] as const).flatMap((field) => {
    const values = object[field]
    return isJsonObject(values)
      ? [[field, Object.fromEntries(Object.keys(values).map((key) => [key, '‹redacted›']))]]
      : []
  })
  return { ...object, ...Object.fromEntries(hidden) }
}
