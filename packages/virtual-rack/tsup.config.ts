import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'virtual-rack': 'src/cli.ts' },
  format: 'esm',
  target: 'node24',
  clean: true,
})
