import type { lifecycle } from '@homerack/talos/protocol'
import { install } from '../upgrade-node.ts'
import type { Call } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof lifecycle.LifecycleService>>

/** Installing another version, and nothing else: no questions to etcd, no drain, no reboot. */
export function lifecycleMethods({ node }: Call): Methods {
  return {
    async *upgrade({ source }) {
      const name = source?.imageName ?? ''
      yield said(`running installer ${name}`)
      const failed = await installPulled(name)
      yield said(failed ?? 'installation of the new version is complete')
      yield exit(failed ? 1 : 0)
    },
    async *install() {
      yield said('META was found: Talos is installed already')
      yield exit(1)
    },
  }

  /** @returns why not */
  async function installPulled(name: string): Promise<string | undefined> {
    if (!node.state().images.some((each) => each.name === name)) return `image "${name}" was not pulled`
    try {
      await install(node, name)
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }
}

function said(value: string) {
  return { progress: { response: { case: 'message' as const, value } } }
}

function exit(value: number) {
  return { progress: { response: { case: 'exitCode' as const, value } } }
}
