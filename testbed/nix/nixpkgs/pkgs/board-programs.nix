# Programs for the boards, built as nixpkgs builds them: with the loader and the libraries of a store path of their own.
# They are the host's programs, so that a test can run what was put together for a board.
{
  lib,
  runCommand,
}: let
  program = name:
    runCommand name {meta.mainProgram = name;} ''
      mkdir -p $out/bin $out/lib
      source=$(realpath "$(command -v ${name})")
      cp "$source" $out/bin/${name}
      chmod u+w $out/bin/${name}
      loader=$(patchelf --print-interpreter "$source")
      cp -L "$loader" $(ldd "$source" | sed -n 's/.* => \(\/[^ ]*\).*/\1/p') $out/lib/
      patchelf --set-interpreter $out/lib/$(basename "$loader") --force-rpath --set-rpath $out/lib $out/bin/${name}
    '';
in {
  busybox = program "busybox";
  nodejs-slim_24 = program "node";
}
