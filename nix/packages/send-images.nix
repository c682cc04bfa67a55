# What the boards run is arm64, whoever sends it.
{
  lib,
  writeShellApplication,
  provision,
  images,
}:
writeShellApplication {
  name = "send-images";
  runtimeInputs = [provision];
  text = ''
    archives=$(mktemp -d)
    trap 'rm -r "$archives"' EXIT
    ${lib.concatMapStrings (image: "${image.arm64} > \"$archives/${image.imageName}.tar\"\n") images}
    provision images "$archives"/*.tar "$@"
  '';
  meta.description = "The shop's images to the nodes of ./homerack.yaml, without a registry";
}
