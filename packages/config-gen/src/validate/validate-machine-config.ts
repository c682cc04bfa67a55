import type { Fault } from '@homerack/errors'
import { isCollection } from 'yaml'
import { readConfigText } from '../config-types/read-machine-config.ts'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { MachineConfig } from '../machine/config-document.ts'
import { checkAuthorities } from './checks/authorities.ts'
import { checkConflicts } from './checks/conflicts.ts'
import { checkDocuments } from './checks/documents.ts'
import { checkDuplicates } from './checks/duplicates.ts'
import { checkFirstDocument } from './checks/first-document.ts'
import { checkHostDns } from './checks/host-dns.ts'
import { checkInstall } from './checks/install.ts'
import type { Check, Finding } from './finding.ts'

/** Talos' own rules for a config on metal (`talosctl validate -m metal`), Talos v1.13.9 and v1.14.1. */
const checks: readonly Check[] = [
  checkFirstDocument,
  checkAuthorities,
  checkInstall,
  checkHostDns,
  checkDuplicates,
  checkConflicts,
  checkDocuments,
]

/** Everything that Talos would refuse in a config, under the name `subject`. */
export function validateMachineConfig(
  config: MachineConfig,
  options: { readonly contract: TalosContract; readonly subject: string },
): readonly Fault[] {
  return findAll(config, options.contract).map(({ code, cause, hint }) => ({
    code,
    subject: options.subject,
    cause,
    hint,
  }))
}

/** The same for a config as text, unknown fields and kinds included; every fault points into `file`. */
export function validateConfigText(
  text: string,
  options: { readonly contract: TalosContract; readonly file: string },
): readonly Fault[] {
  const { source, documents, faults } = readConfigText(text, options.file, options.contract)
  const config = documents.map(({ document }) => document)
  const placed = findAll(config, options.contract).map(({ code, cause, hint, document, path }) => {
    const root = documents.find((candidate) => candidate.document === document)?.root ?? source.roots[0]
    const node: unknown = isCollection(root) && path.length > 0 ? root.getIn(path, true) : root
    return { code, subject: options.file, cause, hint, place: source.placeOf(node ?? root) }
  })
  return [...faults, ...(faults.length > 0 && config.length === 0 ? [] : placed)]
}

function findAll(config: MachineConfig, contract: TalosContract): readonly Finding[] {
  return checks.flatMap((check) => check(config, contract))
}
