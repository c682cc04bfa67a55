// Applies a folder of manifests to the cluster of a kubeconfig, so that a test can kill it. Prints a line for each
// object that was written or deleted.
import { readFile } from 'node:fs/promises'
import { applyDeploy, connectCluster, planDeploy, readManifests } from '../../../src/index.ts'

const [kubeconfig = '', folder = '', name = ''] = process.argv.slice(2)
const cluster = await connectCluster({ kubeconfig: await readFile(kubeconfig, 'utf8') })
const plan = await planDeploy({ cluster, name, namespace: name, manifests: await readManifests(folder) })
await applyDeploy({
  cluster,
  plan,
  lock: { seconds: 1 },
  onEvent: ({ type, done }) => process.stdout.write(`${type} ${done}\n`),
})
cluster.close()
