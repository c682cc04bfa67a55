# What a package's library and executables depend on, read from its .cabal file during evaluation, so that no generated
# copy of it can be out of date. Of alternatives by GHC's version, the caller leaves one out.
{lib}: cabalFile: let
  lines = lib.splitString "\n" (builtins.readFile cabalFile);

  # A stanza begins at the margin: "library", "common shared", "test-suite retail-test".
  step = {
    shipped,
    names,
  }: line: let
    heading = builtins.match "([a-z-]+)( .*)?" line;
    depends = builtins.match " +(build-depends: +|, +)([A-Za-z][A-Za-z0-9-]*).*" line;
  in {
    shipped =
      if heading == null
      then shipped
      else builtins.elem (builtins.head heading) ["library" "executable" "common"];
    names = names ++ lib.optional (shipped && depends != null) (builtins.elemAt depends 1);
  };
in
  lib.unique
  (lib.foldl' step {
      shipped = false;
      names = [];
    }
    lines)
  .names
