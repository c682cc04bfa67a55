/** How a Raspberry Pi 5 gets its boot chain, and which installer image carries it. */
export type Overlay = {
  readonly name: string
  /** The overlay inside the Image Factory, for official ones: the installer is then made to measure. */
  readonly official?: { readonly image: string; readonly name: string }
  /** The installer image without its tag, for all others. Its tag is the Talos version. */
  readonly installer?: string
  /** The extensions that a ready-made installer contains. */
  readonly extensions?: readonly string[]
  readonly bootsNvme: boolean
  /** What is known about it, where from, and when that was looked at. */
  readonly evidence: string
}

export const overlays: readonly Overlay[] = [
  {
    name: 'community-u-boot',
    installer: 'ghcr.io/yama6a/talos-raspberry-pi5',
    extensions: ['iscsi-tools', 'util-linux-tools'],
    bootsNvme: true,
    evidence:
      'yama6a/talos-raspberry-pi5, README (September 2026): raspberrypi/linux kernel with the U-Boot of talos-rpi5/u-boot v2025.04-rpi5-3, which has the BCM2712 PCIe driver; NVMe boot reported on a Pi 5 8 GB. USB boot does not work.',
  },
  {
    name: 'rpi_5',
    official: { image: 'siderolabs/sbc-raspberrypi', name: 'rpi_5' },
    bootsNvme: false,
    evidence:
      'siderolabs/sbc-raspberrypi v0.2.0 (February 2026, source read): it installs the rpi_generic U-Boot 2026.01, which has no BCM2712 PCIe driver, so Talos starts from SD cards only. v0.2.2 (September 2026) was not looked at.',
  },
]
