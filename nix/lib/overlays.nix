# What makes Talos boot on a Raspberry Pi 5. The choice is explicit, because it decides whether NVMe boots.
# `evidence` says what was read where; nothing here was run on a board by this project.
{
  # U-Boot with the PCIe driver of the Pi 5 (talos-rpi5/u-boot v2025.04-rpi5-3). Booting from USB does not work.
  community-u-boot = {
    pin = "overlay-community-u-boot";
    name = "rpi5";
    boots = "NVMe, SD";
    boards = "C1 and D0 are reported";
    evidence = "2026-08: reports of its users, up to Talos v1.11.5; written for the overlay interface before v1.12, so the imager of v1.13 may refuse it";
  };

  # The official overlay. v0.2.0 has the generic U-Boot, which does not see NVMe; what v0.2.2 has was not seen.
  official = {
    pin = "overlay-official";
    name = "rpi_5";
    boots = "SD; NVMe is not known for v0.2.2, and did not boot with v0.2.0";
    boards = "D0 (revision e04171) can hang at U-Boot: sbc-raspberrypi issue 96";
    evidence = "2026-08: source of v0.2.0 read; fixes were proposed in its pull requests 88 and 97";
  };

  # The same, as a finished file of the Image Factory, for machines that cannot run the imager.
  factory = {
    file = "factory-image";
    boots = "as official";
    boards = "as official";
    evidence = "the schematic is rpi_5 with iscsi-tools and util-linux-tools, its id derived by the documented rule";
  };
}
