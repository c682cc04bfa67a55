# What a contributor needs, in the versions that the project is tested with.
{
  pkgs,
  packages,
}:
pkgs.mkShellNoCC {
  packages = [
    pkgs.nodejs_24
    pkgs.pnpm_10
    packages.talosctl
    pkgs.kubectl
    pkgs.kubernetes-helm
    pkgs.sops
    pkgs.age
    pkgs.ghc
    pkgs.cabal-install
    pkgs.purescript
    pkgs.mtools
    pkgs.qemu
  ];
  # pnpm would fetch the version that package.json names.
  shellHook = "export npm_config_manage_package_manager_versions=false";
}
