# The first stage of the flash agent's Linux: busybox, the modules for network and disk, and flasher's init.
{
  lib,
  runCommand,
  cpio,
  patchelf,
  xz,
  zstd,
  # Programs and kernel of the board.
  arm,
  kernel,
  # Without these there is no network or no disk.
  required ? ["macb" "nvme"],
  # The way to RP1, the PHY and PCIe on a Raspberry Pi 5, and virtual machines; built in or absent in some kernels.
  optional ? ["pcie-brcmstb" "reset-brcmstb" "reset-brcmstb-rescal" "irq-bcm2712-mip" "clk-rp1" "pinctrl-rp1" "rp1-pci" "broadcom" "virtio_net"],
}:
runCommand "flash-agent-initramfs" {
  nativeBuildInputs = [cpio patchelf xz zstd];
} ''
  source ${./copy-programs.sh}
  source ${./kernel-modules.sh}
  mkdir -p root/{dev,proc,sys,tmp,srv}
  install -m 755 ${../../packages/flasher/agent-linux/init} root/init
  install -m 755 ${../../packages/flasher/agent-linux/lease} root/lease
  copyPrograms root ${lib.getExe' arm.busybox "busybox"}
  copyModules ${lib.getOutput "modules" kernel}/lib/modules/* root/modules ${toString required} --optional ${toString optional}
  find root -exec touch -h -d @1 {} +
  (cd root && find . -print0 | sort -z | cpio --quiet --null --create --format=newc --reproducible --owner=0:0) | gzip -9n > $out
''
