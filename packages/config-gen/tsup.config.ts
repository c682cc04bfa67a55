import { defineConfig } from 'tsup'

export default defineConfig([
  { entry: ['src/index.ts'], format: 'esm', target: 'node24', clean: true },
  {
    // The command starts faster as one file per command, with everything in it.
    entry: ['src/cli.ts'],
    format: 'esm',
    target: 'node24',
    noExternal: [/.*/],
    splitting: true,
    // Bundled CommonJS modules ask for Node's own modules through require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
])
