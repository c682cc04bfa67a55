import { ephemeralMinimum, stateBytes, type VolumeRequest } from '../disk/volume-layout.ts'
import { parseByteSize } from './byte-size.ts'
import { at, type ConfigDocument, textAt } from './config-documents.ts'

/**
 * The volumes that a machine config asks for on the system disk, in the order Talos provisions them: STATE,
 * EPHEMERAL, then user (`u-`) and raw (`r-`) volumes. Without a cap EPHEMERAL takes all that is left.
 */
export function requestedVolumes(documents: readonly ConfigDocument[]): VolumeRequest[] {
  const of = (kind: string) => documents.filter((document) => document.kind === kind)
  const ephemeral = of('VolumeConfig').find((document) => document.name === 'EPHEMERAL')
  return [
    { label: 'STATE', min: stateBytes, max: () => stateBytes },
    { ...sizes(ephemeral, ephemeralMinimum), label: 'EPHEMERAL' },
    ...of('UserVolumeConfig')
      .filter((document) => (textAt(document, 'volumeType') ?? 'partition') === 'partition')
      .map((document) => ({ ...sizes(document, 100 * 1024 * 1024), label: `u-${document.name}` })),
    ...of('RawVolumeConfig').map((document) => ({ ...sizes(document, 0), label: `r-${document.name}` })),
  ]
}

function sizes(document: ConfigDocument | undefined, least: number): Omit<VolumeRequest, 'label'> {
  const provisioning = at(document, 'provisioning')
  const min = parseByteSize(at(provisioning, 'minSize')) ?? least
  const text = at(provisioning, 'maxSize')
  const percent = /^(\d+)%$/.exec(String(text))?.[1]
  if (percent !== undefined) return { min, max: (free) => (free * Number(percent)) / 100 }
  const max = parseByteSize(text)
  return max === undefined ? { min } : { min, max: () => max }
}
