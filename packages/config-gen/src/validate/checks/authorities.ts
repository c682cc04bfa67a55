import {
  at,
  type Check,
  documentsOfKind,
  type Finding,
  firstDocument,
  isSet,
  machineType,
} from '../finding.ts'

/** Control planes need the keys of the authorities, workers must not have them. */
export const checkAuthorities: Check = (config) => {
  const document = firstDocument(config)
  const type = machineType(config)
  const has = (...path: string[]) => isSet(at(document, ...path))
  const finding = (code: Finding['code'], path: readonly string[], cause: string): Finding => ({
    code,
    document,
    path,
    cause,
  })
  const accepted = at(document, 'machine', 'acceptedCAs')
  const trusts = has('machine', 'ca', 'crt') || (Array.isArray(accepted) && accepted.length > 0)
  if (type === 'controlplane') {
    if (at(document, 'machine', 'ca') === undefined) {
      return [
        finding(
          'E_CONFIG_REQUIRED',
          ['machine'],
          'machine.ca is missing: a control plane signs certificates',
        ),
      ]
    }
    if (has('machine', 'ca', 'key')) return []
    return [
      finding(
        'E_CONFIG_REQUIRED',
        ['machine', 'ca'],
        'machine.ca.key is missing: a control plane signs certificates',
      ),
    ]
  }
  if (type !== 'worker') return []
  const findings: Finding[] = []
  const forbid = (path: readonly string[], what: string) =>
    findings.push(finding('E_CONFIG_WORKER', path, `${path.join('.')}: a worker must not have ${what}`))
  if (has('machine', 'ca', 'key')) forbid(['machine', 'ca', 'key'], 'the key of the Talos authority')
  if (has('cluster', 'ca', 'key')) forbid(['cluster', 'ca', 'key'], 'the key of the Kubernetes authority')
  if (at(document, 'cluster', 'etcd') !== undefined) forbid(['cluster', 'etcd'], 'an etcd section')
  if (!trusts)
    findings.push(
      finding(
        'E_CONFIG_REQUIRED',
        ['machine'],
        'machine.ca.crt is missing: a worker must know whom to trust',
      ),
    )
  for (const vip of documentsOfKind(config, 'Layer2VIPConfig')) {
    findings.push({
      code: 'E_CONFIG_WORKER',
      document: vip,
      path: [],
      cause: 'Layer2VIPConfig: the virtual address belongs to control planes',
    })
  }
  return findings
}
