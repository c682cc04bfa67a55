// The shop: k8s-deploy apply examples/retail/retail.ts --name retail --available always
// or a service of a house, as in homerack.yaml beside it. Needs CloudNativePG in the cluster.
import { randomBytes } from 'node:crypto'

/** What may be said; everything has a usual value. */
export type RetailInput = {
  /** Image of the back end, and of the till. */
  readonly image?: string
  readonly webImage?: string
  /** Of the database: size of each of its volumes, and how many PostgreSQL servers. */
  readonly storage?: string
  readonly instances?: number
  /** Where the shop is found, and the Gateway (`namespace/name`) that ends TLS for it. Without them there is no route. */
  readonly host?: string
  readonly gateway?: string
}

const namespace = 'retail'
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const checks: {
  readonly [key in keyof Required<RetailInput>]: readonly [string, (value: unknown) => boolean]
} = {
  image: ['text', isText],
  webImage: ['text', isText],
  storage: ['a size such as 20Gi', (value) => /^\d+[KMGT]i?$/.test(String(value))],
  instances: ['a whole number from 1', (value) => Number.isInteger(value) && Number(value) >= 1],
  host: ['a domain name', (value) => /^([a-z0-9-]+\.)+[a-z0-9-]+$/.test(String(value))],
  gateway: ['namespace/name', (value) => /^[a-z0-9-]+\/[a-z0-9-]+$/.test(String(value))],
}

export function manifests(given?: unknown): readonly object[] {
  const input = checked(given ?? {})
  const { image = 'retail-api:0.1.0', webImage = 'retail-web:0.1.0', storage = '20Gi', instances = 3 } = input
  const migrate = nameOfMigration(image)
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    password(),
    database(storage, instances),
    migration(image, migrate),
    ...server(
      'retail-api',
      { 'homerack.dev/after': `Job/${namespace}/${migrate}` },
      api(image, 'host' in input),
    ),
    // A till that is newer than its service would ask for what that does not have.
    ...server('retail-web', { 'homerack.dev/after': `Deployment/${namespace}/retail-api` }, web(webImage)),
    ...(input.host && input.gateway ? [route(input.host, input.gateway)] : []),
  ]
}

/** Everything that is wrong with what was given, at once. */
function checked(input: object): RetailInput {
  const known = new Map(Object.entries(checks))
  const wrong = Object.entries(input).flatMap(([key, value]) => {
    const [expected, fits] = known.get(key) ?? []
    if (!fits) return `"${key}" is not one of ${[...known.keys()].join(', ')}`
    return fits(value) ? [] : `${key} is not ${expected}`
  })
  if ('host' in input !== 'gateway' in input) wrong.push('host and gateway go together')
  if (wrong.length > 0) throw new Error(wrong.join('; '))
  return input
}

/** A Job cannot be changed: each image has its own, named after what follows the name of the image, its tag or digest. */
function nameOfMigration(image: string): string {
  const version = image.replace(/^.*[/:]/, '').toLowerCase()
  return `migrate-${version.replace(/[^a-z0-9]+/g, '-')}`.slice(0, 50).replace(/-+$/, '')
}

/** Drawn once, by whoever deploys first, and never changed: only the cluster knows it. */
function password(): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/basic-auth',
    metadata: { name: 'retail-app-role', namespace, annotations: { 'homerack.dev/apply': 'once' } },
    stringData: { username: 'retail_app', password: randomBytes(24).toString('hex') },
  }
}

/** retail_owner owns the tables and migrates; retail_app is what the service works as. */
function database(size: string, instances: number): object {
  const app = { name: 'retail_app', login: true, superuser: false, bypassrls: false }
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'retail-db', namespace },
    spec: {
      instances,
      storage: { size },
      bootstrap: { initdb: { database: 'retail', owner: 'retail_owner' } },
      managed: { roles: [{ ...app, passwordSecret: { name: 'retail-app-role' } }] },
      affinity: { topologyKey: 'kubernetes.io/hostname' },
    },
  }
}

/** Before the service, and safe while the version before it still runs. */
function migration(image: string, name: string): object {
  const env = [{ name: 'RETAIL_OWNER_DATABASE_URL', valueFrom: secretKey('retail-db-app', 'uri') }]
  const migrate = { ...container('migrate', image, ['50m', '192Mi', '512Mi']), args: ['migrate'], env }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, annotations: { 'homerack.dev/after': `Cluster/${namespace}/retail-db` } },
    spec: {
      backoffLimit: 10,
      template: { spec: { restartPolicy: 'Never', ...podSecurity, containers: [migrate] } },
    },
  }
}

function api(image: string, isBehindGateway: boolean): object {
  return {
    ...container('retail-api', image, ['50m', '192Mi', '512Mi']),
    args: ['serve'],
    env: [
      { name: 'PASSWORD', valueFrom: secretKey('retail-app-role', 'password') },
      {
        name: 'RETAIL_DATABASE_URL',
        value: 'host=retail-db-rw dbname=retail user=retail_app password=$(PASSWORD)',
      },
      // Endpoints are told of a pod that ends a moment after the pod is.
      { name: 'RETAIL_DRAIN_SECONDS', value: '5' },
      // Of X-Forwarded-For the Gateway's own entry is believed: wrong passwords are counted per address.
      { name: 'RETAIL_PROXIES', value: isBehindGateway ? '1' : '0' },
    ],
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'admin', containerPort: 9090 },
    ],
    readinessProbe: { httpGet: { path: '/ready', port: 'admin' }, periodSeconds: 2 },
    livenessProbe: { httpGet: { path: '/live', port: 'admin' } },
  }
}

/** The files of the till, by a server that sends the headers of apps/retail-web/serve.ts. */
function web(image: string): object {
  return {
    ...container('retail-web', image, ['10m', '16Mi', '64Mi']),
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2 },
    livenessProbe: { httpGet: { path: '/', port: 'http' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  }
}

/** Two replicas of a container, of which one is always there, apart from each other where there is room. */
function server(name: string, annotations: object, content: object): readonly object[] {
  const labels = { 'app.kubernetes.io/name': name }
  const metadata = { name, namespace, labels }
  const apart = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  }
  // The service ends within ten seconds of being told to.
  const ends = { terminationGracePeriodSeconds: 15 }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, annotations },
      spec: {
        replicas: 2,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { ...podSecurity, ...ends, topologySpreadConstraints: [apart], containers: [content] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ]
}

/** `/api/…` to the service, without the prefix; the rest is files. */
function route(host: string, gateway: string): object {
  const [gatewayNamespace, gatewayName] = gateway.split('/')
  const path = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'retail', namespace },
    spec: {
      parentRefs: [{ name: gatewayName, namespace: gatewayNamespace }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
          filters: [{ type: 'URLRewrite', urlRewrite: { path } }],
          backendRefs: [{ name: 'retail-api', port: 80 }],
        },
        { backendRefs: [{ name: 'retail-web', port: 80 }] },
      ],
    },
  }
}

const podSecurity = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
}

const container = (name: string, image: string, [cpu, memory, most]: readonly [string, string, string]) => ({
  name,
  image,
  resources: { requests: { cpu, memory }, limits: { memory: most } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
})

const secretKey = (name: string, key: string) => ({ secretKeyRef: { name, key } })
