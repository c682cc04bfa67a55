import { join } from 'node:path'
import { build, type Options } from 'tsup'
import configs from '../../packages/flasher/tsup.config.ts'

const flasher = join(import.meta.dirname, '../../packages/flasher')

/**
 * The command and the flash agent once more, but they believe the disk: without flushing, reading back and comparing
 * each range. To see what that costs; there is no such option.
 */
export async function buildTrusting(outDir: string): Promise<void> {
  const trusting: Options['esbuildPlugins'] = [
    {
      name: 'trusting',
      setup: ({ onLoad }) =>
        onLoad({ filter: /check-written\.ts$/ }, () => ({
          contents:
            'export const createCheckWritten = () => async () => {}; export const verifyFault = () => new Error()',
        })),
    },
  ]
  for (const config of [configs].flat()) {
    if (typeof config === 'function' || !config.noExternal) continue
    const files = Object.entries(config.entry ?? {}).map(([name, path]) => [
      name === '0' ? 'cli' : name,
      join(flasher, path),
    ])
    await build({
      ...config,
      entry: Object.fromEntries(files),
      outDir,
      config: false,
      silent: true,
      esbuildPlugins: trusting,
    })
  }
}
