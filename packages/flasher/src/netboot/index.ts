export type { AllowedBoard } from './boards/allow-list.ts'
export type { Consent } from './boards/board-registry.ts'
export type { BoardSnapshot, BoardState } from './boards/board-state.ts'
export { answerDiscover, type DiscoverAnswer } from './dhcp/answer-discover.ts'
export type { LeaseNetwork } from './dhcp/answer-lease.ts'
export { answerPxe, type PxeAnswer, type PxeClient, type PxeKind, type PxePolicy } from './dhcp/answer-pxe.ts'
export { describeDhcp } from './dhcp/describe-dhcp.ts'
export { type DhcpOptions, OPTION } from './dhcp/dhcp-options.ts'
export {
  buildDhcp,
  type DhcpPacket,
  MESSAGE,
  messageTypeOf,
  parseDhcp,
} from './dhcp/dhcp-packet.ts'
export { type DhcpServerHeard, type HearOptions, hearDhcpServers } from './dhcp/hear-dhcp-servers.ts'
export { PI_BOOT_MENU } from './dhcp/pi-boot-options.ts'
export { type PiIdentity, piDiscover, recognisePi } from './dhcp/pi-identity.ts'
export type { NetbootEvent, NetbootPorts, UnknownBoard } from './netboot-event.ts'
export { bytesOfIpv4, bytesOfMac, ipv4OfBytes, macOfBytes } from './network/ipv4.ts'
export { type Capture, openCapture } from './network/open-capture.ts'
export type { PxeMachine, PxeOptions } from './pxe-clients.ts'
export { type Netboot, type NetbootMode, type NetbootOptions, serveNetboot } from './serve-netboot.ts'
export { type Fetched, type FetchOptions, fetchFile } from './tftp/fetch-file.ts'
export { serveTftp, type TftpServer, type TftpServerOptions } from './tftp/serve-tftp.ts'
export {
  buildTftp,
  describeTftp,
  parseTftp,
  TFTP_ERROR,
  type TftpOptions,
  type TftpPacket,
} from './tftp/tftp-packet.ts'
export type { NetbootFiles } from './tree/boot-tree.ts'
