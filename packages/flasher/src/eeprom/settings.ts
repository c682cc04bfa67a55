/**
 * The settings of a Raspberry Pi 5's bootloader, and what their values may be. A check returns what is wrong.
 * Names: the documentation, and the texts inside the official images of 2025-12-08 and 2026-08-12.
 */
export const settings: Readonly<Record<string, (value: string) => string | undefined>> = {
  BOOT_ORDER: bootOrder,
  BOOT_UART: flag,
  UART_BAUD: whole(1),
  POWER_OFF_ON_HALT: flag,
  WAKE_ON_GPIO: flag,
  WAIT_FOR_POWER_BUTTON: flag,
  PSU_MAX_CURRENT: (value) => oneOf(value, ['3000', '5000']),
  PCIE_PROBE: flag,
  PARTITION: whole(0),
  PARTITION_WALK: flag,
  SD_BOOT_MAX_RETRIES: whole(-1),
  SD_OVERCURRENT_CHECK: flag,
  SD_QUIRKS: any,
  NET_BOOT_MAX_RETRIES: whole(-1),
  DHCP_TIMEOUT: whole(5000),
  DHCP_REQ_TIMEOUT: whole(500),
  DHCP_OPTION97: number,
  TFTP_FILE_TIMEOUT: whole(5000),
  TFTP_IP: ipv4,
  TFTP_PREFIX: (value) => oneOf(value, ['0', '1', '2']),
  TFTP_PREFIX_STR: (value) =>
    tooLong(value, 32) ?? (value.endsWith('/') ? undefined : 'does not end with a slash'),
  PXE_OPTION43: any,
  CLIENT_IP: ipv4,
  SUBNET: ipv4,
  GATEWAY: ipv4,
  DNS_IP: ipv4,
  USE_IPV6: flag,
  MAC_ADDRESS: (value) => (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value) ? undefined : 'is no MAC address'),
  MAC_ADDRESS_OTP: any,
  NETCONSOLE: (value) =>
    tooLong(value, 32) ?? (/^\d*@[\d.]*\/[^,]*,\d*@[\d.]*\/.*$/.test(value) ? undefined : NETCONSOLE_FORM),
  HTTP_HOST: (value) =>
    /^[a-z0-9.-]+$/.test(value) ? undefined : 'is no lower-case name or address, without http://',
  HTTP_PORT: whole(1),
  HTTP_PATH: any,
  HTTP_CACERT_HASH: (value) => (/^[0-9a-f]{64}$/i.test(value) ? undefined : 'is no SHA-256 in hex'),
  IMAGER_REPO_URL: any,
  NET_INSTALL_ENABLED: flag,
  NET_INSTALL_AT_POWER_ON: flag,
  NET_INSTALL_KEYBOARD_WAIT: whole(0),
  USB_MSD_BOOT_MAX_RETRIES: whole(-1),
  USB_MSD_DISCOVER_TIMEOUT: whole(0),
  USB_MSD_EXCLUDE_VID_PID: any,
  USB_MSD_LUN_TIMEOUT: whole(0),
  USB_MSD_PWR_OFF_TIME: whole(0),
  USB_MSD_STARTUP_DELAY: whole(0),
  USB_DEV_BOOT_MAX_RETRIES: whole(-1),
  USB_DEV_FILE_TIMEOUT: whole(0),
  XHCI_DEBUG: number,
  ENABLE_SELF_UPDATE: flag,
  FREEZE_VERSION: flag,
  SIGNED_BOOT: flag,
  BOOT_WATCHDOG_TIMEOUT: whole(0),
  BOOT_WATCHDOG_PARTITION: whole(0),
  MAX_RESTARTS: whole(-1),
  REBOOT_ON_FATAL_ERROR: flag,
  BOOT_MENU_ENABLED: flag,
  BOOT_MENU_OPTIONS: any,
  DISABLE_HDMI: flag,
  HDMI_DELAY: whole(0),
}

/** Names that are passed around and do nothing, and what was probably meant. */
export const inventedSettings: Readonly<Record<string, string>> = {
  NET_WAIT: 'There is no such setting. DHCP_TIMEOUT says how long DHCP may take.',
  NETWORK_TIMEOUT: 'There is no such setting. DHCP_TIMEOUT and TFTP_FILE_TIMEOUT say how long to wait.',
  ENABLE_NETWORK_INSTALL: 'There is no such setting. It is called NET_INSTALL_ENABLED.',
  DISABLE_SELF_UPDATE: 'There is no such setting. ENABLE_SELF_UPDATE=0 does it.',
  BOOT_RAMDISK: 'This belongs into config.txt: boot_ramdisk=1.',
  OS_CHECK: 'This belongs into config.txt: os_check=0.',
}

const NETCONSOLE_FORM = 'has not the form 6665@<own address>/,6666@<receiver>/'

function any(): undefined {}

function flag(value: string): string | undefined {
  return oneOf(value, ['0', '1'])
}

function oneOf(value: string, values: readonly string[]): string | undefined {
  return values.includes(value) ? undefined : `is not one of ${values.join(', ')}`
}

function number(value: string): string | undefined {
  return /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value) ? undefined : 'is no number'
}

function whole(least: number): (value: string) => string | undefined {
  return (value) =>
    /^-?\d{1,10}$/.test(value) && Number(value) >= least ? undefined : `is no whole number from ${least} up`
}

function ipv4(value: string): string | undefined {
  const parts = value.split('.')
  const isQuad = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
  return isQuad ? undefined : 'is no IPv4 address'
}

function tooLong(value: string, most: number): string | undefined {
  return value.length > most ? `has ${value.length} characters, ${most} are read` : undefined
}

/** The ways to boot, by nibble. The lowest nibble is tried first. */
const bootModes: Readonly<Record<string, string>> = {
  '0': 'SD card detection',
  '1': 'SD card',
  '2': 'network',
  '3': 'rpiboot',
  '4': 'USB',
  '6': 'NVMe',
  '7': 'HTTP',
  e: 'stop',
  f: 'again',
}

/** `SD card, NVMe, network, again` for 0xf261. Undefined if it is not a boot order of a Pi 5. */
export function describeBootOrder(value: string): string | undefined {
  if (bootOrder(value)) return undefined
  return nibbles(value)
    .map((nibble) => bootModes[nibble])
    .join(', ')
}

const nibbles = (value: string): string[] => [...Number(value).toString(16)].reverse()

function bootOrder(value: string): string | undefined {
  if (number(value) || Number(value) > 0xffffffff || Number(value) === 0)
    return 'is no number of up to eight hex digits'
  const order = nibbles(value)
  const foreign = order.find((nibble) => !(nibble in bootModes))
  if (foreign) return `names ${foreign}, which is no way to boot a Raspberry Pi 5`
  const end = order.findIndex((nibble) => 'ef3'.includes(nibble))
  return end >= 0 && end < order.length - 1
    ? `never gets beyond ${order[end]} (${bootModes[order[end] ?? '']}): the lowest digit is tried first`
    : undefined
}
