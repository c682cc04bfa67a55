# An image of a registry as an OCI layout folder, for one platform. Its digest in the pins names the manifest, the
# manifest's blobs are pinned beside it, so every file is fetched by its own hash and nothing is read to evaluate.
{
  lib,
  fetchurl,
  runCommand,
  need,
  # An entry of nix/pins.json, and which: "linux/arm64".
  pin,
  name,
  platform,
}: let
  what = "the image ${pin.image}${lib.optionalString (pin.tag != null) ":${pin.tag}"} for ${platform}";
  pinned = need what (pin.platforms.${platform} or null);
  parts = lib.splitString "/" pin.image;
  registry = builtins.head parts;
  repository = lib.concatStringsSep "/" (builtins.tail parts);
  hexOf = lib.removePrefix "sha256:";
  fetch = kind: digest:
    fetchurl {
      url = "https://${registry}/v2/${repository}/${kind}/${digest}";
      sha256 = hexOf digest;
      name = hexOf digest;
      # ghcr.io gives public images to whoever shows a token, whatever it says.
      curlOptsList = ["--header" "Authorization: Bearer QQ==" "--header" "Accept: ${pinned.mediaType}"];
    };
  index = builtins.toJSON {
    schemaVersion = 2;
    mediaType = "application/vnd.oci.image.index.v1+json";
    manifests = [
      {
        inherit (pinned) mediaType digest size;
        platform = {
          os = "linux";
          architecture = lib.removePrefix "linux/" platform;
        };
      }
    ];
  };
in
  runCommand "oci-${name}" {
    inherit index;
    passAsFile = ["index"];
    passthru = {inherit (pinned) layers;};
  } ''
    mkdir -p $out/blobs/sha256
    echo '{"imageLayoutVersion":"1.0.0"}' > $out/oci-layout
    cp "$indexPath" $out/index.json
    ln -s ${fetch "manifests" pinned.digest} $out/blobs/sha256/${hexOf pinned.digest}
    ${lib.concatMapStringsSep "\n" (digest: "ln -s ${fetch "blobs" digest} $out/blobs/sha256/${hexOf digest}") ([pinned.config] ++ pinned.layers)}
  ''
