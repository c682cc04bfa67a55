import { exportFlux } from '../flux/export-flux.ts'
import { runProgram } from '../sources/run-program.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { readDeclared } from './read.ts'

export async function exportTo(
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const {
    name,
    namespace,
    flux: folder = '',
    repository: url = '',
    branch = 'main',
    path = '.',
    age,
  } = options
  return withCluster(options, signal, async (cluster) => {
    const manifests = await readDeclared(sources, options, signal)
    const repository = { url, branch, path }
    const encryption = age === undefined ? {} : { encrypt: (yaml: string) => encryptFor(age, yaml, signal) }
    const files = await exportFlux({
      cluster,
      name,
      namespace,
      manifests,
      folder,
      repository,
      ...encryption,
      signal,
    })
    print(options, files.map((file) => `${folder}/${file}`).join('\n'), files)
    return 0
  })
}

/** Encrypts the values of a Secret for an age recipient; the text reaches sops through a pipe. */
function encryptFor(recipient: string, input: string, signal: AbortSignal): Promise<string> {
  const types = ['--input-type', 'yaml', '--output-type', 'yaml', '--filename-override', 'secret.yaml']
  const args = ['encrypt', '--age', recipient, '--encrypted-regex', '^(data|stringData)$', ...types]
  return runProgram({ command: 'sops', args, input, signal }, 'Secrets are encrypted by sops: install it.')
}
