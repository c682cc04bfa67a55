/** A node as Kubernetes sees it. */
export type KubernetesNode = {
  readonly ready: boolean
  /** `ours`: cordoned through this port, whose `cordon` marks the node, and never taken back: an operator was killed. */
  readonly cordon: 'none' | 'ours' | 'foreign'
  /** `v1.36.3`, from `status.nodeInfo.kubeletVersion`. */
  readonly kubelet: string
  /** From `status.nodeInfo.bootID`: tells a node that is ready from one that was ready before its reboot. */
  readonly bootId: string
}

/** The mirror pod of a control plane component. */
export type StaticPod = { readonly image: string; readonly ready: boolean }

/**
 * What the procedures need of Kubernetes. Nodes are called by their names there. Implementations throw FaultError
 * for what may pass, such as an API server that is away while its node reboots.
 */
export type KubernetesPort = {
  /** Undefined: there is no such node. */
  node(name: string, signal?: AbortSignal): Promise<KubernetesNode | undefined>
  /** Makes the node unschedulable and marks it as cordoned by us, with an annotation for example. */
  cordon(name: string, signal?: AbortSignal): Promise<void>
  /** Takes cordon and mark off. */
  uncordon(name: string, signal?: AbortSignal): Promise<void>
  /**
   * Evicts the pods of a node through the eviction API, so that disruption budgets hold, and ends when they are
   * gone. Yields what it waits for. Goes on until the signal ends it: how long is the procedure's matter.
   */
  drain(name: string, signal: AbortSignal): AsyncIterable<string>
  deleteNode(name: string, signal?: AbortSignal): Promise<void>
  /** `component`: `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`. Undefined: there is no such pod. */
  staticPod(name: string, component: string, signal?: AbortSignal): Promise<StaticPod | undefined>
}
