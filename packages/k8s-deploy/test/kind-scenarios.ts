import { expect, test } from 'vitest'
import { applyDeploy, type Cluster, formatDeployPlan } from '../src/index.ts'
import { createDeployer } from './deployer.ts'

const template = (image = 'a:1') =>
  `{ metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: "${image}", ports: [{ containerPort: 80 }] }] } }`
const onFailure = '{ spec: { restartPolicy: Never, containers: [{ name: a, image: "a:1" }] } }'
const metadata = 'metadata: { name: a }'

/** One object of each kind that a service is made of. */
export const kinds: readonly (readonly [name: string, yaml: string])[] = [
  [
    'deployment',
    `apiVersion: apps/v1\nkind: Deployment\n${metadata}\nspec: { selector: { matchLabels: { app: a } }, template: ${template()} }`,
  ],
  [
    'statefulset',
    `apiVersion: apps/v1\nkind: StatefulSet\n${metadata}\nspec: { serviceName: a, selector: { matchLabels: { app: a } }, template: ${template()}, volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }] }`,
  ],
  [
    'daemonset',
    `apiVersion: apps/v1\nkind: DaemonSet\n${metadata}\nspec: { selector: { matchLabels: { app: a } }, template: ${template()} }`,
  ],
  ['job', `apiVersion: batch/v1\nkind: Job\n${metadata}\nspec: { template: ${onFailure} }`],
  [
    'cronjob',
    `apiVersion: batch/v1\nkind: CronJob\n${metadata}\nspec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: ${onFailure} } } }`,
  ],
  [
    'pod',
    `apiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [{ name: a, image: "a:1", resources: { limits: { cpu: 1000m, memory: 1024Mi } } }] }`,
  ],
  [
    'service',
    `apiVersion: v1\nkind: Service\n${metadata}\nspec: { selector: { app: a }, ports: [{ port: 80, name: http }, { port: 443, name: https, targetPort: tls }] }`,
  ],
  ['headless', `apiVersion: v1\nkind: Service\n${metadata}\nspec: { clusterIP: None, selector: { app: a } }`],
  [
    'ingress',
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${metadata}\nspec: { rules: [{ host: a.home.arpa, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }] }`,
  ],
  [
    'networkpolicy',
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}\nspec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }`,
  ],
  [
    'serviceaccount',
    `apiVersion: v1\nkind: ServiceAccount\n${metadata}\nautomountServiceAccountToken: false`,
  ],
  ['secret', `apiVersion: v1\nkind: Secret\n${metadata}\nstringData: { a: b }\ndata: { c: ZA== }`],
  ['configmap', `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata: { a: "" }\nbinaryData: { b: AAE= }`],
  [
    'claim',
    `apiVersion: v1\nkind: PersistentVolumeClaim\n${metadata}\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1024Mi } } }`,
  ],
  [
    'volume',
    `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: kind-a }\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /var/a } }`,
  ],
  [
    'storageclass',
    `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: kind-a }\nprovisioner: example.org/a`,
  ],
  [
    'role',
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n${metadata}\nrules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]`,
  ],
  [
    'rolebinding',
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n${metadata}\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ kind: ServiceAccount, name: a, namespace: default }]`,
  ],
  [
    'clusterrole',
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: kind-a }\nrules: []`,
  ],
  [
    'budget',
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${metadata}\nspec: { minAvailable: 50%, selector: { matchLabels: { app: a } } }`,
  ],
  [
    'priorityclass',
    `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: kind-a }\nvalue: 5`,
  ],
  ['quota', `apiVersion: v1\nkind: ResourceQuota\n${metadata}\nspec: { hard: { pods: "10", cpu: 1000m } }`],
  [
    'limits',
    `apiVersion: v1\nkind: LimitRange\n${metadata}\nspec: { limits: [{ type: Container, default: { cpu: 0.5 } }] }`,
  ],
]

/** Changes that the API server refuses for an object that exists. */
const immutable: readonly (readonly [name: string, kind: string, from: string, to: string])[] = [
  ['job-template', 'job', 'a:1', 'a:2'],
  ['stateful-service', 'statefulset', 'serviceName: a', 'serviceName: b'],
  ['claim-mode', 'claim', 'ReadWriteOnce', 'ReadWriteMany'],
  ['bound-role', 'rolebinding', 'name: view', 'name: edit'],
  ['class-provisioner', 'storageclass', 'example.org/a', 'example.org/b'],
  ['priority-value', 'priorityclass', 'value: 5', 'value: 6'],
]

/** Kinds and what is special about each, on any API server that serves them all. */
export function kindScenarios(cluster: () => Cluster): void {
  const { plan, deploy } = createDeployer(cluster)
  const own = (text: string, name: string) => text.replaceAll('kind-a', `kind-a-${name}`)

  test.each(kinds)('a %s that was applied has no difference', async (name, yaml) => {
    const service = `kind-${name}`
    await applyDeploy({ cluster: cluster(), plan: await plan(service, own(yaml, name)) })
    expect(formatDeployPlan(await plan(service, own(yaml, name)))).toBe(`${service}: 2 unchanged`)
  })

  test.each(immutable)('%s cannot change: it has to be replaced', async (name, kind, from, to) => {
    const yaml = own(kinds.find(([one]) => one === kind)?.[1] ?? '', name)
    await deploy(name, yaml)
    const found = await plan(name, yaml.replace(from, to))
    expect(found.summary).toMatchObject({ replace: 1, change: 0, create: 0 })
  })

  test.each([
    ['label-added', 'name: a', 'name: a, labels: { x: z }', ['metadata.labels.x']],
    ['image', 'a:1', 'a:2', ['spec.template.spec.containers[a].image']],
    ['replicas', 'spec: { sel', 'spec: { replicas: 3, sel', ['spec.replicas']],
    ['port-added', 'containerPort: 80 }', 'containerPort: 80 }, { containerPort: 81 }', undefined],
    ['port-removed', ', ports: [{ containerPort: 80 }]', '', ['spec.template.spec.containers[a].ports']],
    [
      'container-added',
      'containers: [',
      'containers: [{ name: b, image: "b:1" }, ',
      ['spec.template.spec.containers[b]'],
    ],
  ])('a Deployment with %s: only that is shown, and then nothing', async (name, from, to, fields) => {
    const yaml = kinds[0]?.[1] ?? ''
    await deploy(name, yaml)
    const changed = yaml.replace(from, to)
    const found = await deploy(name, changed)
    const [change] = found.changes.filter(({ kind }) => kind === 'change')
    const paths = change?.kind === 'change' ? change.fields.map(({ path }) => path) : []
    if (fields) expect(paths).toEqual(fields)
    else for (const path of paths) expect(path).toContain('.ports')
    expect((await plan(name, changed)).empty).toBe(true)
  })
}
