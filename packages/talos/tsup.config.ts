import { cp } from 'node:fs/promises'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/protocol.ts', 'src/image-archive.ts'],
  format: 'esm',
  target: 'node24',
  clean: true,
  // tsc writes declarations for our sources only; the generated ones are copied beside them.
  onSuccess: () => cp('src/gen', 'dist/gen', { recursive: true, filter: (path) => !path.endsWith('.js') }),
})
