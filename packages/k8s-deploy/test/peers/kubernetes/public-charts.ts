import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isMap, isSeq, parseDocument } from 'yaml'

/** A chart, or a file of manifests, as its makers publish it in a Go module, which is pinned by its content. */
export type PublicChart = {
  readonly name: string
  /** `module@version`. */
  readonly module: string
  /** The module's checksum, as go.sum has it. */
  readonly sum: string
  /** Where in the module: a chart's folder, or a file. */
  readonly path: string
  readonly values?: { readonly [name: string]: unknown }
}

export const publicCharts: readonly PublicChart[] = [
  {
    name: 'cert-manager',
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    path: 'deploy/charts/cert-manager',
    values: { crds: { enabled: true } },
  },
  {
    name: 'cilium',
    module: 'github.com/cilium/cilium@v1.20.2',
    sum: 'h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=',
    path: 'install/kubernetes/cilium',
    // Otherwise the chart makes new certificates each time that it is rendered.
    values: { hubble: { tls: { auto: { method: 'cronJob' } } } },
  },
  {
    name: 'cloudnative-pg',
    module: 'github.com/cloudnative-pg/cloudnative-pg@v1.30.1',
    sum: 'h1:d1jxp0jQi7/3zrEhsv9ycD+G5ssmkNvDvTmogaGccCw=',
    path: 'releases/cnpg-1.30.1.yaml',
  },
  {
    name: 'kyverno',
    module: 'github.com/kyverno/kyverno@v1.19.1',
    sum: 'h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU=',
    path: 'charts/kyverno',
  },
  {
    name: 'metallb',
    module: 'go.universe.tf/metallb@v0.16.2',
    sum: 'h1:RCSAGoZmqcvTg0e56+Okbwz8iTuQVX30JpKX5mYEPUM=',
    path: 'charts/metallb',
  },
  {
    name: 'prometheus-operator',
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    path: 'bundle.yaml',
  },
  {
    name: 'sealed-secrets',
    module: 'github.com/bitnami-labs/sealed-secrets@v0.40.0',
    sum: 'h1:rvCP35JL8ZV5LNA2SrwNR6iLyoM3ulrSFWN0lBtYEYI=',
    path: 'helm/sealed-secrets',
  },
]

/**
 * Copies a chart into a folder and answers where, or why it cannot be had. Its module is downloaded once, into Go's
 * own cache. Subcharts that the module does not hold are left out.
 */
export async function fetchChart(
  { name, module, sum, path }: PublicChart,
  folder: string,
): Promise<{ source: string } | { missing: string }> {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOSUMDB: 'off', GOTOOLCHAIN: 'local' }
  const printed = await promisify(execFile)('go', ['mod', 'download', '-json', module], {
    env,
    cwd: folder,
  }).then(
    ({ stdout }) => stdout,
    ({ code, stdout, stderr }: { code: unknown; stdout?: string; stderr?: string }) => ({
      error: `${code} ${stdout ?? ''} ${stderr ?? ''}`.trim().split('\n')[0],
    }),
  )
  if (typeof printed !== 'string')
    return { missing: `${module} cannot be downloaded by go: ${printed.error}` }
  const { Dir, Sum } = JSON.parse(printed) as { Dir: string; Sum: string }
  if (Sum !== sum) throw new Error(`${module} has ${Sum}, pinned is ${sum}`)
  const source = join(folder, name)
  await mkdir(source)
  const isFile = path.endsWith('.yaml')
  await cp(join(Dir, path), isFile ? join(source, 'all.yaml') : source, { recursive: true })
  if (!isFile) await leaveOutSubcharts(source)
  return { source }
}

async function leaveOutSubcharts(chart: string): Promise<void> {
  const file = join(chart, 'Chart.yaml')
  const there = await readdir(join(chart, 'charts')).catch((): string[] => [])
  const document = parseDocument(await readFile(file, 'utf8'))
  const dependencies = document.get('dependencies')
  if (!isSeq(dependencies)) return
  dependencies.items = dependencies.items.filter(
    (one) => isMap(one) && there.includes(String(one.get('name'))),
  )
  await writeFile(file, String(document), { mode: 0o644 })
}
