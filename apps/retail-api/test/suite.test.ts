import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build, type Cluster, missing, source, startCluster } from './service.ts'

const run = promisify(execFile)
const groups = globSync('**/*Spec.hs', { cwd: join(import.meta.dirname, 'Retail') })
  .map((file) => file.replace(/Spec\.hs$/, ''))
  .sort()
let built: Built
let cluster: Cluster

beforeAll(async () => {
  if (missing) return
  built = await build()
  cluster = await startCluster()
}, 900_000)
afterAll(() => cluster?.stop())

test.for(groups)('Haskell: %s', async (group, ctx) => {
  if (missing) ctx.skip(missing)
  const report = await run(built.tests, ['--no-color', '--match', `/${group}/`], {
    cwd: source,
    env: { ...process.env, RETAIL_TEST_DATABASE: cluster.server },
  }).catch((error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stdout}${error.stderr}` }))
  const [, examples = '0', failures] = /(\d+) examples?, (\d+) failures?/.exec(report.stdout) ?? []
  expect({ failures, report: failures === '0' ? '' : report.stdout }).toEqual({ failures: '0', report: '' })
  expect(Number(examples)).toBeGreaterThan(0)
})
