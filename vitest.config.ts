import { defineConfig } from 'vitest/config'
import { closingLine } from './testbed/closing-line.ts'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{packages,apps}/*/{src,test}/**/*.test.ts', 'testbed/**/*.test.ts', 'examples/**/*.test.ts'],
    setupFiles: ['testbed/seed-properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    reporters: ['default', closingLine],
  },
})
