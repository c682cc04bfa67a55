# The guides, and the options of the NixOS modules as their sources describe them.
{
  lib,
  runCommand,
  optionDocs,
}:
runCommand "homerack-docs" {
  inherit optionDocs;
  passAsFile = ["optionDocs"];
} ''
  mkdir -p $out
  cp ${lib.fileset.toSource {
    root = ../../docs;
    fileset = lib.fileset.fileFilter (file: lib.any file.hasExt ["md" "png" "svg"]) ../../docs;
  }}/* -r $out/
  cp "$optionDocsPath" $out/nixos-options.md
''
