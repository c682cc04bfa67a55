import { at, type Check, type Finding, firstDocument, isSet, machineType } from '../finding.ts'

/** The first document must be there, say what the machine is, keep its config and name an endpoint. */
export const checkFirstDocument: Check = (config, contract) => {
  const document = firstDocument(config)
  const finding = (path: readonly string[], cause: string, hint?: string): Finding => ({
    code: 'E_CONFIG_REQUIRED',
    document,
    path,
    cause,
    ...(hint && { hint }),
  })
  if (!document || at(document, 'machine') === undefined)
    return [finding([], 'the machine section is missing')]
  const findings: Finding[] = []
  if (!machineType(config))
    findings.push(finding(['machine', 'type'], 'machine.type must be controlplane or worker'))
  if (document.persist === false) findings.push(finding(['persist'], 'persist must be true'))
  if (!contract.kubernetesDocuments) {
    if (at(document, 'cluster') === undefined) findings.push(finding([], 'the cluster section is missing'))
    else if (!isSet(at(document, 'cluster', 'controlPlane', 'endpoint'))) {
      findings.push(finding(['cluster'], 'cluster.controlPlane.endpoint is missing'))
    }
  }
  const endpoint = at(document, 'cluster', 'controlPlane', 'endpoint')
  if (isSet(endpoint) && !isEndpoint(String(endpoint))) {
    const hint = 'An endpoint looks like https://192.168.10.50:6443.'
    findings.push(finding(['cluster', 'controlPlane', 'endpoint'], 'the endpoint is not an https URL', hint))
  }
  return findings
}

function isEndpoint(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:' && new URL(text).hostname !== ''
}
