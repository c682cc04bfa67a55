# A command of this repository as one folder of JavaScript that needs Node and nothing else: bundled from its sources
# by the esbuild of the lock file, and wrapped with Node 24 and the programs that it calls.
{
  lib,
  stdenvNoCC,
  callPackage,
  makeBinaryWrapper,
  nodejs,
  version,
  lock,
  platform,
  name,
  description,
  # The workspace folder, and the modules to bundle: { <file without .js> = <path>; }.
  folder,
  entries,
  # Serves the flash agent, which is a bundle of its own.
  withAgent ? false,
  # Files and folders of the repository that the command reads beside itself.
  extra ? [],
  # Programs that it calls.
  tools ? [],
}: let
  root = ../..;
  nodeModules = callPackage ./node-modules.nix {
    inherit lock platform;
    folders = [folder];
    tools = ["esbuild"];
  };
  isSource = file: (file.hasExt "ts" || file.hasExt "js") && !lib.hasSuffix ".test.ts" file.name;
  sources = map (path: lib.fileset.fileFilter isSource (root + "/${path}/src")) nodeModules.workspace;
  manifests = map (path: root + "/${path}/package.json") nodeModules.workspace;
in
  stdenvNoCC.mkDerivation {
    pname = name;
    inherit version;
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions (sources ++ manifests ++ map (path: root + "/${path}") extra);
    };
    nativeBuildInputs = [makeBinaryWrapper];
    strictDeps = true;
    buildPhase = ''
      runHook preBuild
      cp -r ${nodeModules}/. . && chmod -R u+w .
      esbuild=$(realpath node_modules/esbuild)/../@esbuild/${platform.os}-${platform.cpu}/bin/esbuild
      bundle() { "$esbuild" "$@" --bundle --format=esm --platform=node --target=node24 --conditions=source --log-level=warning; }
      # Bundled CommonJS modules ask for Node's own modules through require; esbuild itself is only used from sources.
      bundle ${lib.concatStringsSep " " (lib.mapAttrsToList (file: path: "${file}=${path}") entries)} \
        --outdir=${folder}/dist --splitting --chunk-names=chunk-[hash] --external:esbuild \
        --banner:js='import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);'
      ${lib.optionalString withAgent ''
        bundle agent=packages/flasher/src/agent/main.ts --minify --outdir=${folder}/dist --out-extension:.js=.mjs
      ''}
      runHook postBuild
    '';
    # The repository's layout is kept, because commands find what they read by its place in it.
    installPhase = ''
      runHook preInstall
      mkdir -p $out/lib/homerack/${folder}
      cp -r ${folder}/dist $out/lib/homerack/${folder}/
      echo '{ "type": "module" }' > $out/lib/homerack/package.json
      ${lib.concatMapStringsSep "\n" (path: "mkdir -p $out/lib/homerack/${dirOf path}; cp -r ${path} $out/lib/homerack/${path}") extra}
      makeBinaryWrapper ${lib.getExe nodejs} $out/bin/${name} \
        --add-flags $out/lib/homerack/${folder}/dist/${builtins.head (builtins.attrNames entries)}.js \
        ${lib.optionalString (tools != []) "--prefix PATH : ${lib.makeBinPath tools}"}
      runHook postInstall
    '';
    # Every command starts, without the folders that it was bundled from.
    doInstallCheck = true;
    installCheckPhase = ''
      runHook preInstallCheck
      help=$($out/bin/${name} --help)
      [[ $help == "Usage: ${name}"* ]]
      runHook postInstallCheck
    '';
    passthru = {inherit nodeModules;};
    meta = {
      inherit description;
      mainProgram = name;
    };
  }
