// The shop: k8s-deploy apply examples/retail/retail.ts --name retail --available always
//
// Needs CloudNativePG in the cluster, and in the namespace the Secret retail-app-role (kubernetes.io/basic-auth,
// username retail_app, a password without spaces and quotes), which is yours to make.

/** What may be said with the library's `input`; everything has a usual value. */
export type RetailInput = { readonly image?: string; readonly storage?: string; readonly instances?: number }

const namespace = 'retail'
const labels = { 'app.kubernetes.io/name': 'retail-api' }

export function manifests(input?: RetailInput): readonly object[] {
  const { image = 'retail-api:0.1.0', storage = '20Gi', instances = 3 } = input ?? {}
  // A Job cannot be changed: each image has its own.
  const migrate = `migrate-${image
    .replace(/^.*[/:]/, '')
    .replace(/[^a-z0-9-]+/gi, '-')
    .toLowerCase()}`
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    database(storage, instances),
    migration(image, migrate),
    api(image, migrate),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'retail-api', namespace, labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'retail-api', namespace },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ]
}

/** retail_owner owns the tables and migrates; retail_app is what the service works as. */
function database(size: string, instances: number): object {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'retail-db', namespace },
    spec: {
      instances,
      storage: { size },
      bootstrap: { initdb: { database: 'retail', owner: 'retail_owner' } },
      managed: {
        roles: [
          {
            name: 'retail_app',
            login: true,
            superuser: false,
            bypassrls: false,
            passwordSecret: { name: 'retail-app-role' },
          },
        ],
      },
      affinity: { topologyKey: 'kubernetes.io/hostname' },
    },
  }
}

/** Before the service, and safe while the version before it still runs. */
function migration(image: string, name: string): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, annotations: { 'homerack.dev/after': `Cluster/${namespace}/retail-db` } },
    spec: {
      backoffLimit: 10,
      template: {
        spec: {
          restartPolicy: 'Never',
          ...podSecurity,
          containers: [
            {
              ...container('migrate', image),
              args: ['migrate'],
              env: [{ name: 'RETAIL_OWNER_DATABASE_URL', valueFrom: secretKey('retail-db-app', 'uri') }],
            },
          ],
        },
      },
    },
  }
}

function api(image: string, migrate: string): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'retail-api',
      namespace,
      labels,
      annotations: { 'homerack.dev/after': `Job/${namespace}/${migrate}` },
    },
    spec: {
      replicas: 2,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podSecurity,
          // The service ends within ten seconds of being told to.
          terminationGracePeriodSeconds: 15,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [
            {
              ...container('retail-api', image),
              args: ['serve'],
              env: [
                { name: 'PASSWORD', valueFrom: secretKey('retail-app-role', 'password') },
                {
                  name: 'RETAIL_DATABASE_URL',
                  value: 'host=retail-db-rw dbname=retail user=retail_app password=$(PASSWORD)',
                },
                // Endpoints are told of a pod that ends a moment after the pod is.
                { name: 'RETAIL_DRAIN_SECONDS', value: '5' },
              ],
              ports: [
                { name: 'http', containerPort: 8080 },
                { name: 'admin', containerPort: 9090 },
              ],
              readinessProbe: { httpGet: { path: '/ready', port: 'admin' }, periodSeconds: 2 },
              livenessProbe: { httpGet: { path: '/live', port: 'admin' } },
            },
          ],
        },
      },
    },
  }
}

const podSecurity = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
}

const container = (name: string, image: string) => ({
  name,
  image,
  resources: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '512Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
})

const secretKey = (name: string, key: string) => ({ secretKeyRef: { name, key } })
