const labels = { app: 'shop' }
const json = (object: object) => `---\n${JSON.stringify(object)}\n`

/** A service that stays available, as its deployment says; `rehearsal` makes its pods misbehave. */
export function shop({ image = 'shop:1', rehearsal = '', ...spec }: Record<string, unknown> = {}): string {
  const probe = { httpGet: { path: '/', port: 80 } }
  return (
    json({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: {
            labels,
            ...(rehearsal ? { annotations: { 'homerack.dev/rehearsal': rehearsal } } : {}),
          },
          spec: {
            terminationGracePeriodSeconds: 10,
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: labels },
              },
            ],
            containers: [{ name: 'shop', image, readinessProbe: probe }],
          },
        },
        ...spec,
      },
    }) +
    json({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop' },
      spec: { selector: labels, ports: [{ port: 80 }] },
    }) +
    json({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'shop' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    })
  )
}
