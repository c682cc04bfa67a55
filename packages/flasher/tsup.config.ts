import { defineConfig } from 'tsup'

export default defineConfig([
  { entry: ['src/index.ts'], format: 'esm', target: 'node24', clean: ['dist/*.js'] },
  {
    // The flash agent: one file that imports nothing but node:, fetched and pinned by its hash.
    entry: { agent: 'src/agent/main.ts' },
    format: 'esm',
    target: 'node24',
    noExternal: [/.*/],
    minify: true,
    removeNodeProtocol: false,
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['source']
    },
  },
])
