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
  {
    // The command starts faster as one file per command, with everything in it.
    entry: ['src/cli.ts'],
    format: 'esm',
    target: 'node24',
    noExternal: [/.*/],
    external: ['esbuild'],
    splitting: true,
    // Bundled CommonJS modules ask for Node's own modules through require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  },
])
