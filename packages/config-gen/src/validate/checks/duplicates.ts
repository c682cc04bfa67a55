import { documentId, formatDocumentId, sameDocument } from '../../config-types/document-id.ts'
import type { Check } from '../finding.ts'

/** Each document appears once. */
export const checkDuplicates: Check = (config) => {
  const ids = config.map(documentId)
  return config.flatMap((document, index) => {
    const id = ids[index]
    const first = ids.findIndex((other) => id && sameDocument(other, id))
    if (!id || first === index) return []
    return [
      {
        code: 'E_CONFIG_DUPLICATE' as const,
        document,
        path: [],
        cause: `${formatDocumentId(id)} is there twice`,
      },
    ]
  })
}
