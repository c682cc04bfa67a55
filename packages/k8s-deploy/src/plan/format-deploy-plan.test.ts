import { expect, test } from 'vitest'
import { type Change, type DeployPlan, summarize } from './deploy-plan.ts'
import { formatDeployPlan } from './format-deploy-plan.ts'

const origin = { file: 'notes.yaml', line: 9, column: 7, length: 10, text: 'kind: Deployment' }
const ref = (kind: string, name: string) => ({ apiVersion: 'v1', kind, namespace: 'notes', name })

function planOf(changes: Change[], kept: DeployPlan['kept'] = []): DeployPlan {
  const applySet = { id: 'applyset-x-v1', parent: ref('Secret', 'applyset-notes') }
  const empty = changes.every(({ kind }) => kind === 'unchanged')
  return {
    name: 'notes',
    namespace: 'notes',
    changes,
    kept,
    summary: summarize(changes),
    empty,
    force: false,
    warnings: [],
    declared: () => [],
    revision: 0,
    applySet,
  }
}

test('every kind of change has its line, and its details below', () => {
  const object = () => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x' },
    stringData: { password: 'hunter2' },
  })
  const plan = planOf(
    [
      { kind: 'create', ref: ref('Secret', 'a'), origin, object },
      {
        kind: 'change',
        ref: ref('Deployment', 'b'),
        object,
        fields: [
          { path: 'spec.replicas', before: 1, after: 2 },
          { path: 'spec.paused', after: true },
          { path: 'metadata.labels.x', before: 'y' },
          { path: 'data.long', before: 'a\nb', after: 'x'.repeat(200) },
        ],
      },
      { kind: 'unchanged', ref: ref('Service', 'c') },
      { kind: 'prune', ref: ref('Service', 'd'), uid: '1' },
      {
        kind: 'conflict',
        ref: ref('Deployment', 'e'),
        conflicts: [{ path: 'spec.replicas', manager: 'kubectl-edit' }],
      },
      { kind: 'replace', ref: ref('Job', 'f'), reason: 'spec.template: field is immutable' },
    ],
    [ref('PersistentVolumeClaim', 'g')],
  )
  expect(formatDeployPlan(plan)).toMatchInlineSnapshot(`
    "notes: 1 to create, 1 to change, 1 to prune, 1 conflict, 1 to replace by hand, 1 unchanged
     create    Secret notes/a  notes.yaml:9
     change    Deployment notes/b
               spec.replicas: 1 → 2
               spec.paused: true (added)
               metadata.labels.x: y (removed)
               data.long: "a\\nb" → xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
     prune     Service notes/d
     conflict  Deployment notes/e
               spec.replicas belongs to kubectl-edit
     replace   Job notes/f
               spec.template: field is immutable
     keep      PersistentVolumeClaim notes/g
               not declared any more; deleted only with --allow-prune"
  `)
  expect(JSON.stringify(plan)).not.toContain('hunter2')
})

test('a plan without changes is one line', () => {
  expect(formatDeployPlan(planOf([{ kind: 'unchanged', ref: ref('Service', 'c') }]))).toBe(
    'notes: 1 unchanged',
  )
  expect(formatDeployPlan(planOf([]))).toBe('notes: nothing declared')
})
