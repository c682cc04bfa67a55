# talosctl of the minor version that the examples run, as released: nixpkgs' may be of another one.
{
  lib,
  stdenvNoCC,
  fetchurl,
  runCommand,
  pins,
}: let
  inherit (pins.talosctl) version;
  pin = pins.talosctl.${stdenvNoCC.hostPlatform.system};
  binary = fetchurl {
    url = "https://github.com/siderolabs/talos/releases/download/v${version}/${pin.asset}";
    inherit (pin) hash;
  };
in
  runCommand "talosctl-${version}" {meta.mainProgram = "talosctl";} "install -Dm755 ${binary} $out/bin/talosctl"
