import { badRequest } from '../registry/status-error.ts'
import { at, isObject, type KubeObject, objectsAt } from '../types/object.ts'
import { keyOf, type Resource } from '../types/resource.ts'

export type Labels = Readonly<Record<string, string>> | undefined

/** A label selector of a query (`app=web,tier in (a,b),!old`) as a test. Throws 400 where it cannot be read. */
export function labelSelector(text: string | null): (labels: Labels) => boolean {
  if (!text) return () => true
  const tests = splitRequirements(text).map(labelRequirement)
  return (labels) => tests.every((test) => test(labels ?? {}))
}

/** A `LabelSelector` object (matchLabels and matchExpressions) as a test; an absent one matches nothing. */
export function matchesSelector(selector: unknown, labels: Labels): boolean {
  if (!isObject(selector)) return false
  const wanted = Object.entries(isObject(selector.matchLabels) ? selector.matchLabels : {})
  return (
    wanted.every(([name, value]) => labels?.[name] === value) &&
    objectsAt(selector, 'matchExpressions').every((expression) => matchesExpression(expression, labels))
  )
}

/** One expression of a label or node selector. */
export function matchesExpression(expression: unknown, labels: Labels): boolean {
  const value = labels?.[String(at(expression, 'key'))]
  const listed = at(expression, 'values')
  const values = Array.isArray(listed) ? listed : []
  switch (at(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return Number(value) > Number(values[0])
    case 'Lt':
      return Number(value) < Number(values[0])
    default:
      return false
  }
}

const common = ['metadata.name', 'metadata.namespace']
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'status.phase',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.podIP',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'reason',
    'type',
  ],
  secrets: ['type'],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
}

/** A field selector of a query as a test. Throws 400 for a field that the kind cannot be selected by. */
export function fieldSelector(resource: Resource, text: string | null): (object: KubeObject) => boolean {
  if (!text) return () => true
  const tests = text.split(',').map((requirement) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(requirement.trim())
    if (!match) throw badRequest(`invalid field selector ${JSON.stringify(requirement)}`)
    const [, field = '', operator, wanted] = match
    if (!common.includes(field) && !selectable[keyOf(resource)]?.includes(field)) {
      throw badRequest(`field label not supported: ${field}`)
    }
    return (object: KubeObject) => {
      const value = at(object, ...field.split('.'))
      const fallback = field === 'spec.unschedulable' ? 'false' : ''
      return (String(value ?? fallback) === wanted) === (operator !== '!=')
    }
  })
  return (object) => tests.every((test) => test(object))
}

/** Splits at commas that are not between parentheses. */
function splitRequirements(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim())
}

function labelRequirement(text: string): (labels: NonNullable<Labels>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in')
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text)
  if (equality) {
    const [, key = '', operator, value] = equality
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  const exists = /^(!?)\s*([^\s=!(),]+)$/.exec(text)
  if (!exists) throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`)
  const [, not, key = ''] = exists
  return (labels) => key in labels === (not === '')
}
