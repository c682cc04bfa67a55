# What a board fetches over TFTP: kernel, initramfs and device trees. config.txt and cmdline.txt are made by whoever
# serves it. TFTP moves some 3 MB/s, and a board waits 30 s for a file by default: above the budget this fails.
{
  lib,
  runCommand,
  kernel,
  initramfs,
  budget ? 40000000,
}:
runCommand "netboot-tree" {passthru = {inherit kernel initramfs;};} ''
  mkdir -p $out
  # The firmware boots a raw Image, or one packed with gzip.
  gzip -9nc ${kernel}/Image > $out/kernel_2712.img
  cp ${initramfs} $out/initramfs
  cp ${kernel}/dtbs/broadcom/bcm2712*.dtb $out/
  if ! [ -e $out/bcm2712-rpi-5-b.dtb ]; then
    echo "linux ${kernel.version} has no device tree for the Raspberry Pi 5" >&2
    exit 1
  fi
  size=$(cat $out/* | wc -c)
  echo "first stage: $size bytes of ${toString budget}"
  if [ "$size" -gt ${toString budget} ]; then
    echo "the first stage has $size bytes, which is more than ${toString budget}" >&2
    exit 1
  fi
''
