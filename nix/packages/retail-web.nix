# The shop's front end: the static files that a browser loads. Compiled by nixpkgs' purescript from one fetchurl per
# library, with the hash that spago.lock has for it, and bundled by the app's own build script.
{
  lib,
  stdenvNoCC,
  callPackage,
  fetchurl,
  nodejs-slim_24,
  purescript,
  lock,
  platform,
  # Where the libraries are fetched from, as ADDRESS/<name>/<version>.tar.gz. What comes is told by its hash, so nothing
  # else depends on this.
  registry,
}: let
  root = ../../apps/retail-web;
  # nixpkgs has a name for npm's registry, and none for this one.
  address =
    if registry != ""
    then registry
    else throw "the address of the PureScript registry's packages is not known: give it to mkRack as purescriptRegistry, or set HOMERACK_PURESCRIPT_REGISTRY and add --impure; see docs/nix.md";
  libraries =
    lib.mapAttrs (name: {
      version,
      integrity,
      ...
    }:
      fetchurl {
        url = "${address}/${name}/${version}.tar.gz";
        name = "purescript-${name}-${version}.tar.gz";
        hash = integrity;
      })
    (lib.importJSON (root + "/spago.lock")).packages;
  nodeModules = callPackage ./node-modules.nix {
    inherit lock platform;
    folders = [];
    tools = ["esbuild"];
  };
in
  stdenvNoCC.mkDerivation {
    pname = "retail-web";
    version = "0.1.0";
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        (root + "/build.ts")
        (root + "/purescript.ts")
        (root + "/package.json")
        (root + "/src")
        (root + "/static")
      ];
    };
    nativeBuildInputs = [nodejs-slim_24 purescript];
    strictDeps = true;
    libraries = lib.attrValues libraries;
    buildPhase = ''
      runHook preBuild
      cp -r ${nodeModules}/. . && chmod -R u+w .
      mkdir -p .spago/p
      for library in $libraries; do tar -xzf "$library" -C .spago/p; done
      node build.ts
      runHook postBuild
    '';
    installPhase = ''
      runHook preInstall
      cp -r dist $out
      runHook postInstall
    '';
    meta.description = "The till of a shop, in the browser";
  }
