# Looks through all layers of images as they would be sent.
{
  lib,
  runCommand,
  images,
}:
runCommand "images-without-shell" {} (lib.concatMapStrings (image: ''
    ${image} > image.tar
    mkdir image
    tar -xf image.tar -C image
    for layer in image/*/layer.tar; do tar -tf "$layer"; done > files
    echo "${image.imageName}: $(stat -c %s image.tar) bytes in $(wc -l < files) files" | tee -a $out
    if grep -E '/bin/([a-z]*sh|busybox)$' files; then echo "${image.imageName} has a shell" >&2; exit 1; fi
    rm -r image
  '')
  images)
