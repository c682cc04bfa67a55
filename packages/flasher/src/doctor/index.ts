export { type Check, type ExamineOptions, examineHost } from './examine-host.ts'
export { type DhcpServerHeard, type HearOptions, hearDhcpServers } from './hear-dhcp-servers.ts'
