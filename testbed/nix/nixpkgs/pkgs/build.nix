# stdenv.mkDerivation and its nearest relatives, run by the host's bash with the host's tools.
{
  lib,
  system,
  platform,
}: let
  host = import ../host.nix;
  # Attributes that say something about a derivation, and are no input of it.
  aside = ["passthru" "meta" "env" "finalPackage" "strictDeps"];
  inputs = arguments: lib.filterAttrs (_: value: value != null && !builtins.isFunction value) (removeAttrs arguments aside);
in rec {
  mkDerivation = spec: let
    asFunction =
      if builtins.isFunction spec
      then spec
      else _: spec;
    arguments = asFunction (arguments // {finalPackage = self;});
    name = arguments.name or "${arguments.pname}-${arguments.version}";
    self =
      derivation (inputs arguments
        // (arguments.env or {})
        // {
          inherit name system;
          hostPath = host.path;
          builder = "/bin/bash";
          args = ["-e" ../setup.sh];
          outputs = arguments.outputs or ["out"];
        })
      // {
        inherit name;
        pname = arguments.pname or name;
        version = arguments.version or "";
        meta = arguments.meta or {};
        passthru = arguments.passthru or {};
        overrideAttrs = change:
          mkDerivation (final: let
            before = asFunction final;
            changed = change final;
          in
            before
            // (
              if builtins.isFunction changed
              then changed before
              else change before
            ));
      }
      // (arguments.passthru or {});
  in
    self;

  runCommand = name: environment: script: mkDerivation ({buildCommand = script;} // environment // {inherit name;});
  runCommandLocal = runCommand;

  writeTextFile = {
    name,
    text,
    executable ? false,
    destination ? "",
    checkPhase ? "",
    meta ? {},
  }:
    mkDerivation {
      inherit name text meta;
      passAsFile = ["text"];
      buildCommand = ''
        target=$out${destination}
        mkdir -p "$(dirname "$target")"
        cp "$textPath" "$target"
        ${lib.optionalString executable "chmod +x $target"}
        ${checkPhase}
      '';
    };

  # Links to programs of the host; one that it lacks says so when it is called.
  hostTool = name: programs:
    runCommand "host-${name}" {} ''
      mkdir -p $out/bin
      for program in ${toString programs}; do
        if path=$(PATH=$hostPath command -v "$program"); then
          ln -s "$path" "$out/bin/$program"
        else
          printf '#!/bin/sh\necho "this host has no %s" >&2\nexit 127\n' "$program" > "$out/bin/$program"
          chmod +x "$out/bin/$program"
        fi
      done
    ''
    // {
      pname = name;
      version = "of the host";
      meta.mainProgram = builtins.head programs;
    };

  # mirror:// addresses stay as they are: what is fetched is in the store before, by its hash.
  fetchurl = {
    url,
    hash ? null,
    sha256 ? null,
    name ? baseNameOf url,
    curlOptsList ? [],
  }:
    import <nix/fetchurl.nix> ({inherit url name;}
      // (
        if hash != null
        then {inherit hash;}
        else {inherit sha256;}
      ));

  # Source trees cannot be had without the network; evaluating them can.
  fetchFromGitHub = {
    owner,
    repo,
    rev,
    hash,
    name ? "source",
    sparseCheckout ? [],
  }:
    mkDerivation {
      inherit name;
      outputHashMode = "recursive";
      outputHash = hash;
      outputHashAlgo = null;
      buildCommand = "echo '${owner}/${repo} ${rev} is not on this machine' >&2; exit 1";
    };

  closureInfo = {rootPaths}:
    runCommand "closure-info" {
      exportReferencesGraph = lib.concatLists (lib.imap0 (index: path: ["closure-${toString index}" path]) rootPaths);
    } ''
      mkdir $out
      cat closure-* | grep '^/' | sort -u > $out/store-paths
      xargs du --bytes --summarize --total < $out/store-paths | tail -n1 | cut -f1 > $out/total-nar-size
    '';

  mkShellNoCC = {
    packages ? [],
    shellHook ? "",
    name ? "shell",
  }:
    mkDerivation {
      inherit name shellHook;
      nativeBuildInputs = packages;
      # `nix develop` sources $stdenv/setup: the part of setup.sh that comes before the phases.
      stdenv = runCommand "stand-in-stdenv" {} "mkdir $out; sed '/^# Phases/,$d; /^set -eo/d' ${../setup.sh} > $out/setup";
      buildCommand = "export > $out";
    };
}
