import { atomic, fields, listMap, plain, type Shape, set } from './shape.ts'

/** The merge table of the built-in types, as `x-kubernetes-list-type` and `-map-type` have it in Kubernetes 1.36. */

export const metadata = fields({
  finalizers: set,
  ownerReferences: listMap(['uid'], atomic),
  managedFields: atomic,
})

const keyRef = fields({
  configMapKeyRef: atomic,
  secretKeyRef: atomic,
  fieldRef: atomic,
  resourceFieldRef: atomic,
})

const container = fields({
  ports: listMap(['containerPort', 'protocol=TCP']),
  env: listMap(['name'], fields({ valueFrom: keyRef })),
  volumeMounts: listMap(['mountPath']),
  volumeDevices: listMap(['devicePath']),
  resources: fields({ claims: listMap(['name']) }),
})

const volume = fields({
  csi: fields({ nodePublishSecretRef: atomic }),
  ephemeral: fields({
    volumeClaimTemplate: fields({ spec: fields({ selector: atomic, dataSource: atomic }) }),
  }),
})

const podSpec = fields({
  containers: listMap(['name'], container),
  initContainers: listMap(['name'], container),
  ephemeralContainers: listMap(['name'], container),
  volumes: listMap(['name'], volume),
  imagePullSecrets: listMap(['name'], atomic),
  hostAliases: listMap(['ip']),
  schedulingGates: listMap(['name']),
  resourceClaims: listMap(['name']),
  topologySpreadConstraints: listMap(['topologyKey', 'whenUnsatisfiable'], fields({ labelSelector: atomic })),
  nodeSelector: atomic,
  affinity: fields({
    nodeAffinity: fields({ requiredDuringSchedulingIgnoredDuringExecution: atomic }),
  }),
})

const podStatus = fields({
  conditions: listMap(['type']),
  podIPs: listMap(['ip']),
  hostIPs: listMap(['ip'], atomic),
})
const conditions = fields({ conditions: listMap(['type']) })
const template = fields({ metadata, spec: podSpec })
const workload = fields({ metadata, spec: fields({ selector: atomic, template }), status: conditions })
const webhooks = fields({
  metadata,
  webhooks: listMap(
    ['name'],
    fields({ namespaceSelector: atomic, objectSelector: atomic, matchConditions: listMap(['name']) }),
  ),
})
const job = fields({ selector: atomic, template })

const byKind: Readonly<Record<string, Shape>> = {
  Pod: fields({ metadata, spec: podSpec, status: podStatus }),
  PodTemplate: fields({ metadata, template }),
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicationController: workload,
  Job: fields({ metadata, spec: job, status: conditions }),
  CronJob: fields({
    metadata,
    spec: fields({ jobTemplate: fields({ metadata, spec: job }) }),
    status: fields({ active: atomic }),
  }),
  Service: fields({
    metadata,
    spec: fields({ ports: listMap(['port', 'protocol=TCP']), selector: atomic }),
    status: conditions,
  }),
  ServiceAccount: fields({ metadata, secrets: listMap(['name']) }),
  Node: fields({
    metadata,
    spec: fields({ podCIDRs: set }),
    status: fields({ conditions: listMap(['type']), addresses: listMap(['type']) }),
  }),
  PersistentVolumeClaim: fields({
    metadata,
    spec: fields({ selector: atomic, dataSource: atomic }),
    status: conditions,
  }),
  PersistentVolume: fields({
    metadata,
    spec: fields({
      claimRef: plain,
      csi: fields({
        nodePublishSecretRef: atomic,
        nodeStageSecretRef: atomic,
        controllerPublishSecretRef: atomic,
      }),
      nodeAffinity: fields({ required: atomic }),
    }),
  }),
  PodDisruptionBudget: fields({ metadata, spec: fields({ selector: atomic }), status: conditions }),
  NetworkPolicy: fields({ metadata, spec: fields({ podSelector: atomic }) }),
  RoleBinding: fields({ metadata, roleRef: atomic }),
  ClusterRoleBinding: fields({ metadata, roleRef: atomic }),
  ClusterRole: fields({ metadata, aggregationRule: fields({ clusterRoleSelectors: atomic }) }),
  ValidatingWebhookConfiguration: webhooks,
  MutatingWebhookConfiguration: webhooks,
  EndpointSlice: fields({ metadata, addressType: plain }),
  StorageClass: fields({ metadata, allowedTopologies: atomic }),
  Secret: fields({ metadata }),
}

/** The shape of a built-in kind; a kind without an entry has only its metadata and conditions. */
export function shapeOfKind(kind: string): Shape {
  return byKind[kind] ?? fields({ metadata, status: conditions })
}
