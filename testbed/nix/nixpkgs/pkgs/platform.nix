# What our expressions ask of stdenv.hostPlatform.
{
  lib,
  system,
}: let
  parts = lib.splitString "-" system;
  cpu = builtins.elemAt parts 0;
  os = builtins.elemAt parts 1;
in {
  inherit system;
  isLinux = os == "linux";
  isDarwin = os == "darwin";
  isx86_64 = cpu == "x86_64";
  isAarch64 = cpu == "aarch64";
  node = {
    platform = os;
    arch =
      if cpu == "x86_64"
      then "x64"
      else "arm64";
  };
  go.GOARCH =
    if cpu == "x86_64"
    then "amd64"
    else "arm64";
}
