import type { JsonObject, KubeObject } from '../types/object.ts'

/** What a fresh Talos cluster holds: namespaces, the API's own service, DNS, proxy and the flannel network. */
export function systemObjects(kubernetes: string): [key: string, object: KubeObject][] {
  return [
    ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map(namespace),
    priority('system-cluster-critical', 2_000_000_000),
    priority('system-node-critical', 2_000_001_000),
    apiService(),
    ...['coredns', 'kube-proxy', 'flannel'].map(serviceAccount),
    dnsService(),
    dns(),
    daemon('kube-proxy', `registry.k8s.io/kube-proxy:${kubernetes}`),
    daemon('kube-flannel', 'ghcr.io/siderolabs/flannel:v0.28.4'),
  ]
}

/** The static pods of a control plane node, as its kubelet mirrors them. */
export function staticPods(
  node: string,
  kubernetes: string,
  images: Readonly<Record<string, string>> = {},
): KubeObject[] {
  return ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((component) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${component}-${node}`,
      namespace: 'kube-system',
      labels: { 'k8s-app': component, 'app.kubernetes.io/name': component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': node },
    },
    spec: {
      nodeName: node,
      hostNetwork: true,
      priorityClassName: 'system-cluster-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        { name: component, image: images[component] ?? `registry.k8s.io/${component}:${kubernetes}` },
      ],
    },
  }))
}

function namespace(name: string): [string, KubeObject] {
  const labels = name === 'kube-system' ? { 'pod-security.kubernetes.io/enforce': 'privileged' } : {}
  return ['namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]
}

function priority(name: string, value: number): [string, KubeObject] {
  const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }
  return ['priorityclasses.scheduling.k8s.io', object]
}

function apiService(): [string, KubeObject] {
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }]
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  return [
    'services',
    inNamespace('v1', 'Service', 'kubernetes', { clusterIP: '10.96.0.1', ports }, 'default', labels),
  ]
}

function dnsService(): [string, KubeObject] {
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ]
  const spec = { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns' }, ports }
  return ['services', inNamespace('v1', 'Service', 'kube-dns', spec)]
}

function serviceAccount(name: string): [string, KubeObject] {
  return [
    'serviceaccounts',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'kube-system' } },
  ]
}

function dns(): [string, KubeObject] {
  const labels = { 'k8s-app': 'kube-dns' }
  const control = 'node-role.kubernetes.io/control-plane'
  const spec = {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: 'coredns',
        priorityClassName: 'system-cluster-critical',
        tolerations: [{ key: control, operator: 'Exists', effect: 'NoSchedule' }],
        containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.14.2' }],
      },
    },
  }
  return ['deployments.apps', inNamespace('apps/v1', 'Deployment', 'coredns', spec)]
}

function daemon(name: string, image: string): [string, KubeObject] {
  const labels = { 'k8s-app': name }
  const spec = {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name.replace('kube-flannel', 'flannel'),
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name, image }],
      },
    },
  }
  return ['daemonsets.apps', inNamespace('apps/v1', 'DaemonSet', name, spec)]
}

function inNamespace(
  apiVersion: string,
  kind: string,
  name: string,
  spec: JsonObject,
  home = 'kube-system',
  labels: Record<string, string> = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: home, labels }, spec }
}
