import { defineConfig } from 'tsup'

export default defineConfig([
  { entry: ['src/index.ts'], format: 'esm', target: 'node24', clean: true },
  { entry: { 'virtual-rack': 'src/cli.ts' }, format: 'esm', target: 'node24' },
])
