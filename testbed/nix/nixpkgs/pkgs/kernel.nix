# A kernel package as nixpkgs builds it for arm64: Image and dtbs in one output, modules in another.
{runCommand}: {
  linuxPackages_6_18.kernel =
    runCommand "linux-6.18.44" {
      outputs = ["out" "modules"];
      passthru = {
        version = "6.18.44";
        modDirVersion = "6.18.44";
      };
    } ''
      mkdir -p $out/dtbs/broadcom $out/dtbs/overlays
      # An arm64 Image begins with a branch and has its magic at byte 56.
      { printf 'MZ\0\0'; head -c 52 /dev/zero; printf 'ARM\x64'; head -c 4000000 /dev/zero; } > $out/Image
      for board in bcm2712-rpi-5-b bcm2712-d-rpi-5-b; do printf '\xd0\x0d\xfe\xed%s' $board > $out/dtbs/broadcom/$board.dtb; done

      tree=$modules/lib/modules/6.18.44
      mkdir -p $tree
      printf '%s\n' kernel/drivers/net/ethernet/cadence/macb.ko > $tree/modules.builtin
      printf '%s\n' \
        'kernel/drivers/nvme/host/nvme.ko.xz: kernel/drivers/nvme/host/nvme-core.ko.xz kernel/drivers/nvme/common/nvme-auth.ko.xz kernel/drivers/nvme/common/nvme-keyring.ko.xz' \
        'kernel/drivers/nvme/host/nvme-core.ko.xz: kernel/drivers/nvme/common/nvme-auth.ko.xz kernel/drivers/nvme/common/nvme-keyring.ko.xz' \
        'kernel/drivers/nvme/common/nvme-auth.ko.xz: kernel/drivers/nvme/common/nvme-keyring.ko.xz' \
        'kernel/drivers/nvme/common/nvme-keyring.ko.xz:' > $tree/modules.dep
      cut -d: -f1 $tree/modules.dep | while read -r module; do
        mkdir -p $tree/$(dirname $module)
        echo "stand-in for $module" | xz > $tree/$module
      done
    '';
}
