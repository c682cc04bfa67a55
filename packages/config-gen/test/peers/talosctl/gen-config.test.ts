import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  diffConfigs,
  formatMachineConfig,
  formatSecretsBundle,
  generateMachineConfig,
  newSecretsBundle,
  parseSecretsBundle,
  readMachineConfig,
} from '../../../src/index.ts'
import { exampleNode, exampleRack } from '../../example-rack.ts'
import { deliberateDifferences } from './deliberate-differences.ts'
import { inFolder, run, talosctls } from './talosctl.ts'

describe.each(talosctls)('$name', ({ path, missing, contract }) => {
  const why = missing && `: ${missing}`

  test.skipIf(missing).each(['controlplane', 'worker'] as const)(
    `%s as gen config makes it${why}`,
    async (role) => {
      const bundle = await newSecretsBundle({ contract })
      const rack = exampleRack({
        cluster: { talos: `${contract.name}.0`, allowSchedulingOnControlPlanes: false },
      })
      const ours = formatMachineConfig(
        generateMachineConfig({ rack, node: exampleNode(1, { role }), bundle, contract }),
      ).reveal()
      const [normal, theirs] = inFolder((folder, write) => {
        const secrets = write('secrets.yaml', formatSecretsBundle(bundle).reveal())
        const image = /image: (\S*talos-raspberry-pi5\S*)/.exec(ours)?.[1] ?? ''
        const flags = [
          '--with-secrets',
          secrets,
          '--talos-version',
          contract.name,
          '--kubernetes-version',
          '1.36.3',
        ]
        const install = ['--install-disk', '/dev/nvme0n1', '--install-image', image]
        const plain = [
          '--with-docs=false',
          '--with-examples=false',
          '--output',
          join(folder, 'out'),
          '--output-types',
          role,
        ]
        run(
          path,
          ['gen', 'config', 'closet', 'https://192.168.10.50:6443', ...flags, ...install, ...plain],
          folder,
        )
        const config = write('ours.yaml', ours)
        return [
          run(path, ['machineconfig', 'patch', config, '--patch', 'debug: false']),
          readFileSync(join(folder, 'out'), 'utf8'),
        ]
      })
      const read = (text: string) => readMachineConfig(text, role, contract)
      const differences = diffConfigs(read(normal), read(theirs)).filter(
        ({ document, path: field }) =>
          !deliberateDifferences.some(({ where }) => where.test(`${document}: ${field}`)),
      )
      expect(differences).toEqual([])
    },
  )

  test.skipIf(missing)(`a bundle of gen secrets is read${why}`, () => {
    const text = inFolder((folder) => {
      run(path, ['gen', 'secrets', '--output-file', join(folder, 's.yaml'), '--talos-version', contract.name])
      return readFileSync(join(folder, 's.yaml'), 'utf8')
    })
    expect(formatSecretsBundle(parseSecretsBundle(text)).reveal()).toBe(text)
  })
})
