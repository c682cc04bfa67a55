import { readFile } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import { connectCluster } from '../cluster/connect-cluster.ts'
import type { CommandOptions } from './command-options.ts'

/** Runs `work` with a connection to the cluster of the options. */
export async function withCluster<T>(
  { kubeconfig: file, context }: CommandOptions,
  signal: AbortSignal,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const kubeconfig = await readKubeconfig(file)
  const cluster = await connectCluster({ kubeconfig, signal, ...(context === undefined ? {} : { context }) })
  try {
    return await work(cluster)
  } finally {
    cluster.close()
  }
}

async function readKubeconfig(file: string | undefined): Promise<string> {
  if (!file) {
    const hint = 'Name one with --kubeconfig FILE, or in KUBECONFIG.'
    throw new FaultError({ code: 'E_KUBECONFIG', subject: 'kubeconfig', cause: 'none was given', hint })
  }
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const cause = `cannot be read (${(error as NodeJS.ErrnoException).code})`
    throw new FaultError({ code: 'E_KUBECONFIG', subject: file, cause }, { cause: error })
  }
}
