import { FaultError, faultsOf } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { parseManifests } from './parse-manifests.ts'
import type { SourceOptions } from './read-sources.ts'
import { runProgram } from './run-program.ts'

const hint = 'Kustomizations are built by kubectl or kustomize: install one of them.'

/**
 * The objects of a kustomization, as `kubectl kustomize` builds it, or `kustomize build` where there is no kubectl.
 * An object's origin is its line in what is built: `FOLDER (built)`.
 *
 * Throws E_TOOL_MISSING, E_TOOL, and the faults of what is built.
 */
export async function renderKustomization(folder: string, options: SourceOptions): Promise<Manifest[]> {
  const { manifests, faults } = parseManifests(await build(folder, options), `${folder} (built)`)
  throwAll(faults)
  return manifests
}

async function build(folder: string, { programs = {}, signal }: SourceOptions): Promise<string> {
  const { kubectl = 'kubectl', kustomize = 'kustomize' } = programs
  try {
    return await runProgram({ command: kubectl, args: ['kustomize', folder], signal }, hint)
  } catch (error) {
    const isMissing = faultsOf(error)?.some(({ code }) => code === 'E_TOOL_MISSING')
    if (!isMissing) throw error
  }
  try {
    return await runProgram({ command: kustomize, args: ['build', folder], signal }, hint)
  } catch (error) {
    const [fault] = faultsOf(error) ?? []
    if (fault?.code !== 'E_TOOL_MISSING') throw error
    throw new FaultError({
      ...fault,
      subject: folder,
      cause: `neither ${kubectl} nor ${kustomize} is on this machine`,
    })
  }
}
