import { TLSSocket } from 'node:tls'

export type User = { name: string; groups: string[] }

/** The user that a verified client certificate names: its CN, and each O as a group. Undefined without one. */
export function userOf(socket: unknown): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject } = socket.getPeerCertificate()
  if (!subject?.CN) return undefined
  const groups = [subject.O ?? []].flat()
  return { name: String(subject.CN), groups: [...groups, 'system:authenticated'] }
}

/** Members of system:masters may do everything; nobody else may do anything. */
export function isAllowed(user: User): boolean {
  return user.groups.includes('system:masters')
}
