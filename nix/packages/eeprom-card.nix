# The microSD card that sets a board's bootloader, once: from Raspberry Pi's own release, with homerack's settings.
# nixpkgs has the same files as raspberrypi-eeprom, but marks them unfree, and a flake's packages may not be.
{
  lib,
  runCommand,
  fetchFromGitHub,
  pins,
  flasher,
  source ?
    fetchFromGitHub {
      inherit (pins.rpi-eeprom) owner repo rev hash;
    },
  # The operator's address, so that no proxy DHCP is needed.
  tftp ? null,
  # Seconds since 1970, in the signature: the bootloader takes an update only if it is newer than its own.
  time ? 1778457600,
}:
runCommand "eeprom-card.img" {nativeBuildInputs = [flasher];} ''
  flasher eeprom-card --firmware ${source}/firmware-2712/latest --out $out --time ${toString time} \
    ${lib.optionalString (tftp != null) "--tftp ${tftp}"}
''
