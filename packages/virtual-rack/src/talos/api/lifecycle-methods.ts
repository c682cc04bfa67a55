import type { lifecycle } from '@homerack/talos/protocol'
import { upgrade, versionOfImage } from '../upgrade-node.ts'
import type { Call } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof lifecycle.LifecycleService>>

/** Installing another version. The node goes on as it is until it is rebooted. */
export function lifecycleMethods({ node }: Call): Methods {
  return {
    async *upgrade({ source }) {
      const name = source?.imageName ?? ''
      yield* messages([`running installer ${name}`])
      if (!node.state().images.some((each) => each.name === name)) {
        yield* messages([`image "${name}" was not pulled`])
        return yield exit(1)
      }
      if (!versionOfImage(name)) {
        yield* messages([`image "${name}" is no installer`])
        return yield exit(1)
      }
      await upgrade(node, name)
      yield* messages(['installation of the new version is complete'])
      yield exit(0)
    },
    async *install() {
      yield* messages(['META was found: Talos is installed already'])
      yield exit(1)
    },
  }
}

function messages(lines: string[]) {
  return lines.map((value) => ({ progress: { response: { case: 'message' as const, value } } }))
}

function exit(value: number) {
  return { progress: { response: { case: 'exitCode' as const, value } } }
}
