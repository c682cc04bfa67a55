# Haskell packages that exist in nixpkgs, by name, and a mkDerivation whose program only says what it would be.
{
  lib,
  mkDerivation,
}: {
  haskellPackages =
    lib.genAttrs ["aeson" "async" "base" "base64-bytestring" "bifunctors" "bytestring" "case-insensitive" "containers" "cookie" "crypton" "deepseq" "directory" "exceptions" "fast-logger" "file-embed" "filepath" "hashable" "http-api-data" "http-client" "http-media" "http-types" "memory" "mtl" "network" "optparse-applicative" "postgresql-simple" "primitive" "process" "random" "resource-pool" "scientific" "servant" "servant-server" "stm" "streaming-commons" "tagged" "template-haskell" "text" "time" "transformers" "unix" "unliftio" "unordered-containers" "uuid" "uuid-types" "vault" "vector" "wai" "wai-extra" "warp"] (_: null)
    // {
      mkDerivation = {
        pname,
        version,
        src,
        description,
        mainProgram,
        libraryHaskellDepends,
        isLibrary,
        isExecutable,
        doCheck,
        doHaddock,
        license,
      }:
        mkDerivation {
          inherit pname version src;
          installPhase = ''
            mkdir -p $out/bin
            printf '#!/bin/sh\necho "${pname} is not compiled here"\n' > $out/bin/${mainProgram}
            chmod +x $out/bin/${mainProgram}
          '';
          meta = {inherit description mainProgram;};
        };
    };
  haskell.lib.compose.justStaticExecutables = package: package;
}
