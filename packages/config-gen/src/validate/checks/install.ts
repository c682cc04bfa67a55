import { at, type Check, type Finding, firstDocument, isSet } from '../finding.ts'

/** Where Talos would install itself, and that its kernel arguments come from one place only. */
export const checkInstall: Check = (config, contract) => {
  const document = firstDocument(config)
  const install = at(document, 'machine', 'install')
  const finding = (code: Finding['code'], path: readonly string[], cause: string): Finding => ({
    code,
    document,
    path,
    cause,
  })
  if (install === undefined) {
    if (!contract.requiresInstall || !document) return []
    return [finding('E_CONFIG_REQUIRED', ['machine'], 'machine.install is missing')]
  }
  const findings: Finding[] = []
  if (!isSet(at(install, 'disk')) && at(install, 'diskSelector') === undefined) {
    findings.push(
      finding('E_CONFIG_REQUIRED', ['machine', 'install'], 'machine.install needs disk or diskSelector'),
    )
  }
  const args = at(install, 'extraKernelArgs')
  if (Array.isArray(args) && args.length > 0 && at(install, 'grubUseUKICmdline') === true) {
    const path = ['machine', 'install', 'extraKernelArgs']
    findings.push(
      finding('E_CONFIG_CONFLICT', path, 'extraKernelArgs has no effect while grubUseUKICmdline is true'),
    )
  }
  return findings
}
