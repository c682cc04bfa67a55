# The disk image of Talos for a Raspberry Pi 5: Talos' own imager, run without privileges and without the network on
# images that are pinned by digest. The imager's rootfs is unpacked and entered with bubblewrap; it finds its inputs as
# OCI layouts. What its interface looks like was read in the source of Talos v1.13, and not yet run by this project.
{
  lib,
  callPackage,
  runCommand,
  fetchurl,
  bubblewrap,
  xz,
  stdenvNoCC,
  need,
  pins,
  overlays ? import ../lib/overlays.nix,
  # One of nix/lib/overlays.nix.
  overlay ? "community-u-boot",
  extensions ? ["iscsi-tools" "util-linux-tools"],
  extraKernelArgs ? [],
}: let
  choice =
    overlays
    .${
      overlay
    }
    or (throw "there is no overlay ${overlay}; there are: ${lib.concatStringsSep ", " (builtins.attrNames overlays)}");
  hostPlatform = "linux/${stdenvNoCC.hostPlatform.go.GOARCH}";
  layout = name: platform:
    callPackage ./oci-layout.nix {
      inherit need name platform;
      pin = pins.images.${name} or (throw "nix/pins.json has no image ${name}");
    };
  imager = layout "imager" hostPlatform;
  # Overlay installers run on the machine that builds; extensions run on the board.
  inputs =
    {overlay = layout choice.pin hostPlatform;}
    // lib.genAttrs extensions (name: layout name "linux/arm64");
  version = pins.images.imager.tag;
  # YAML is what the imager reads, and JSON is YAML.
  profile = builtins.toJSON {
    baseProfileName = choice.name;
    arch = "arm64";
    platform = "metal";
    inherit version;
    input.systemExtensions = map (name: {ociPath = "/inputs/${name}";}) extensions;
    overlay = {
      inherit (choice) name;
      image.ociPath = "/inputs/overlay";
    };
    customization = {inherit extraKernelArgs;};
    output = {
      kind = "image";
      outFormat = "raw";
    };
  };
  name = "talos-${version}-raspberry-pi-5-${overlay}.raw";
  passthru = {inherit choice;};

  built =
    runCommand name {
      inherit profile passthru;
      passAsFile = ["profile"];
      nativeBuildInputs = [bubblewrap];
    } ''
      mkdir -p rootfs inputs out
      for layer in ${lib.concatMapStringsSep " " (digest: "${imager}/blobs/sha256/${lib.removePrefix "sha256:" digest}") imager.layers}; do
        tar -xf "$layer" -C rootfs --no-same-owner --exclude='dev/*'
        # A layer removes what it names with .wh. before it.
        find rootfs -name '.wh.*' | while read -r mark; do
          rm -rf "''${mark%/*}/''${mark##*/.wh.}" "$mark"
        done
      done
      chmod -R u+w rootfs
      ${lib.concatStringsSep "\n" (lib.mapAttrsToList (name: path: "cp -rL ${path} inputs/${name}") inputs)}
      mkdir -p rootfs/{inputs,out,proc,dev,tmp}
      bwrap --unshare-all --uid 0 --gid 0 --bind rootfs / --dev-bind /dev /dev --ro-bind /proc /proc \
        --tmpfs /tmp --ro-bind inputs /inputs --bind out /out \
        --clearenv --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --setenv SOURCE_DATE_EPOCH 1 \
        /bin/imager - < "$profilePath"
      images=(out/*.raw)
      if [ "''${#images[@]}" != 1 ]; then echo "the imager made not one .raw file but: $(ls out)" >&2; exit 1; fi
      cp --sparse=always "''${images[0]}" $out
    '';

  fetched = let
    pin = pins.files.${choice.file};
  in
    runCommand name {
      inherit passthru;
      nativeBuildInputs = [xz];
    } "xz -dc ${fetchurl {
      inherit (pin) url;
      hash = need "the hash of ${pin.url}" pin.hash;
    }} > $out";
in
  if choice ? file
  then fetched
  else built
