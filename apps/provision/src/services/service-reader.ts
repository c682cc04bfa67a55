import { type Manifest, readSources } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'

export type ServiceReader = (service: Service) => Promise<readonly Manifest[]>

/**
 * Reads what services declare: a folder, a kustomization, a chart or a module. Each is read once, so that what is
 * planned is what is applied, also of a module that draws a password. @throws FaultError all that is wrong in one.
 */
export function serviceReader(signal: AbortSignal): ServiceReader {
  const read = new Map<string, Promise<readonly Manifest[]>>()
  return (service) => {
    const { name, manifests, values } = service
    const known = read.get(name)
    if (known) return known
    const reading = readSources([manifests], { name, namespace: name, values, input: values, signal })
    read.set(name, reading)
    return reading
  }
}
