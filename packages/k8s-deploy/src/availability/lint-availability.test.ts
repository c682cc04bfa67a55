import { expect, test } from 'vitest'
import { parseManifests } from '../sources/parse-manifests.ts'
import { lintAvailability } from './lint-availability.ts'

const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: a } }\n---\n'
const budget = (spec: string) =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a }\nspec: { ${spec}, selector: { matchLabels: { app: a } } }\n---\n`
const workload = ({
  spec = 'replicas: 2',
  pod = 'terminationGracePeriodSeconds: 9, topologySpreadConstraints: [{}]',
  probe = 'readinessProbe: {}',
  kind = 'Deployment',
  annotations = '{}',
} = {}) =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: a, annotations: ${annotations} }\nspec: { ${spec}, template: { metadata: { labels: { app: a } }, spec: { ${pod}, containers: [{ name: a, ${probe} }, { name: b }] } } }\n`
const one = budget('minAvailable: 1')

const strategy = (text: string, replicas = 2) => ({
  spec: `replicas: ${replicas}, strategy: { rollingUpdate: { ${text} } }`,
})

test.each<[string, string, string[]]>([
  ['all is well', service + one + workload(), []],
  ['one replica', service + one + workload({ spec: 'paused: false' }), ['E has 1 replica:', 'W its PodD']],
  ['no replica', service + workload({ spec: 'replicas: 0' }), ['E has 0 replicas', 'W has no PodD']],
  ['no probe', service + one + workload({ probe: 'image: a' }), ['E has no readiness probe']],
  [
    'Recreate',
    service + one + workload({ spec: 'replicas: 2, strategy: { type: Recreate }' }),
    ['E its strategy Recreate'],
  ],
  [
    'all unavailable',
    service + one + workload(strategy('maxUnavailable: 2')),
    ['E its strategy leaves 0 of 2 pods, 1 must stay'],
  ],
  ['all but one unavailable', service + one + workload(strategy('maxUnavailable: 1')), []],
  [
    'less than a budget promises',
    service + budget('minAvailable: 2') + workload(strategy('maxUnavailable: 50%', 3)),
    [],
  ],
  [
    'much less than a budget promises',
    service + budget('minAvailable: 2') + workload(strategy('maxUnavailable: 67%', 3)),
    ['E its strategy leaves 1 of 3 pods, 2 must stay'],
  ],
  [
    'no surge',
    service + one + workload(strategy('maxUnavailable: 1, maxSurge: 0')),
    ['W is updated with fewer pods'],
  ],
  ['no budget', service + workload(), ['W has no PodDisruptionBudget']],
  [
    'a budget that blocks',
    service + budget('minAvailable: 100%') + workload(),
    ['W its PodDisruptionBudget'],
  ],
  ['a budget by maximum', service + budget('maxUnavailable: 1') + workload(), []],
  [
    'hard end',
    service + one + workload({ pod: 'topologySpreadConstraints: [{}]' }),
    ['W may end while requests'],
  ],
  [
    'preStop',
    service +
      one +
      workload({
        pod: 'affinity: { podAntiAffinity: {} }',
        probe: 'readinessProbe: {}, lifecycle: { preStop: {} }',
      }),
    [],
  ],
  [
    'one node',
    service + one + workload({ pod: 'terminationGracePeriodSeconds: 9' }),
    ['W may have all its pods'],
  ],
  [
    'a stateful set',
    service + one + workload({ kind: 'StatefulSet', spec: 'replicas: 1' }),
    ['E has 1', 'W its'],
  ],
  ['nobody sends it requests', workload({ spec: 'replicas: 1' }), []],
  [
    'it may be away',
    service + workload({ spec: 'replicas: 1', annotations: '{ homerack.dev/available: sometimes }' }),
    [],
  ],
])('%s', (_, text, expected) => {
  const { manifests, faults } = parseManifests(text, 'a.yaml')
  expect(faults).toEqual([])
  const found = lintAvailability(manifests)
  expect(found.map(({ code, cause }) => `${code[0]} ${cause}`)).toEqual(
    expected.map((start) => expect.stringMatching(new RegExp(`^${start}`))),
  )
  for (const fault of found)
    expect(fault).toMatchObject({ place: { file: 'a.yaml' }, hint: expect.any(String) })
})
