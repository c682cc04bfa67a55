import { at, type Check, documentsOfKind, firstDocument } from '../finding.ts'

/** Forwarding the cluster's DNS to the host needs the host's DNS. */
export const checkHostDns: Check = (config) => {
  const places = [
    { document: firstDocument(config), path: ['machine', 'features', 'hostDNS'] },
    ...documentsOfKind(config, 'ResolverConfig').map((document) => ({ document, path: ['hostDNS'] })),
  ]
  return places
    .filter(
      ({ document, path }) =>
        at(document, ...path, 'forwardKubeDNSToHost') === true && at(document, ...path, 'enabled') !== true,
    )
    .map(({ document, path }) => ({
      code: 'E_CONFIG_CONFLICT' as const,
      document,
      path: [...path, 'forwardKubeDNSToHost'],
      cause: `${path.join('.')}.forwardKubeDNSToHost needs enabled: true beside it`,
    }))
}
