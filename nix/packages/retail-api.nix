# The shop's back end, with nixpkgs' GHC: Haskell is linked statically, so that the image holds no compiler.
{
  lib,
  haskell,
  haskellPackages,
}: let
  root = ../../apps/retail-api;
  # cryptonite is for GHC before 9.4.
  depends = lib.subtractLists ["retail-api" "cryptonite"] (import ../lib/cabal-depends.nix {inherit lib;} (root + "/retail-api.cabal"));
in
  haskell.lib.compose.justStaticExecutables (haskellPackages.mkDerivation {
    pname = "retail-api";
    version = "0.1.0";
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        (root + "/retail-api.cabal")
        (root + "/app")
        (root + "/src")
        (root + "/migrations")
      ];
    };
    isLibrary = true;
    isExecutable = true;
    libraryHaskellDepends = map (name: haskellPackages.${name}) depends;
    # The tests want PostgreSQL, and run in the repository.
    doCheck = false;
    doHaddock = false;
    description = "Tills, stock and money of a shop, over HTTP";
    mainProgram = "retail-api";
    # nixpkgs builds only what has a licence; this project's is its owner's to say.
    license = {
      shortName = "homerack";
      free = true;
    };
  })
