# By way of a file, because skopeo reads an archive more than once. Its own options may follow. Its policy is about images
# that are fetched, and nixpkgs' skopeo has none outside of NixOS.
{
  lib,
  writeShellApplication,
  skopeo,
  images,
}:
writeShellApplication {
  name = "push-images";
  runtimeInputs = [skopeo];
  text =
    ''
      if [ $# = 0 ]; then echo "Usage: push-images REGISTRY/FOLDER [skopeo copy options]" >&2; exit 1; fi
      to=$1
      shift
      archive=$(mktemp)
      trap 'rm -f "$archive"' EXIT
    ''
    + lib.concatMapStringsSep "\n" (image: ''
      ${image} > "$archive"
      skopeo --insecure-policy copy "$@" "docker-archive:$archive" "docker://$to/${image.imageName}:${image.imageTag}"
    '')
    images;
  meta.description = "The shop's images of this system, to a registry";
}
