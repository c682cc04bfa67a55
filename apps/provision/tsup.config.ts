import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { provision: 'src/cli.ts' },
  format: 'esm',
  target: 'node24',
  clean: true,
  splitting: true,
})
