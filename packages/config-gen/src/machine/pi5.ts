/** The wired port of a Raspberry Pi 5, as systemd-style naming calls it under Talos. */
export const link = 'end0'

/** A Pi 5 has one PCIe lane, hence one NVMe. */
export const disk = '/dev/nvme0n1'
