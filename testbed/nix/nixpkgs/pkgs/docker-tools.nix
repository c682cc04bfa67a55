# dockerTools.streamLayeredImage, with all of the closure in one layer: enough to see what an image holds and says.
{
  lib,
  runCommand,
  platform,
  self,
}: {
  dockerTools.streamLayeredImage = {
    name,
    tag ? "latest",
    contents ? [],
    config ? {},
    architecture ? platform.go.GOARCH,
  }: let
    json = self.writeText "config.json" (builtins.toJSON {
      inherit architecture config;
      os = "linux";
      created = "1970-01-01T00:00:01Z";
    });
    closure = self.closureInfo {rootPaths = lib.toList contents ++ [json];};
    archive =
      runCommand "${baseNameOf name}.tar" {
        tarOptions = "--sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner";
      } ''
        mkdir -p root image
        for path in ${toString (lib.toList contents)}; do cp -rs --no-preserve=mode $path/. root/; done
        grep -vxF ${json} ${closure}/store-paths > paths
        tar -cf image/layer.tar $tarOptions -P --transform 's,^/,,' -T paths
        tar -rf image/layer.tar $tarOptions -C root .
        layer=$(sha256sum image/layer.tar | cut -d' ' -f1)
        jq -c --arg layer "sha256:$layer" '. + { rootfs: { type: "layers", diff_ids: [$layer] } }' ${json} > image/config.json
        config=$(sha256sum image/config.json | cut -d' ' -f1)
        mv image/config.json "image/$config.json"
        jq -n --arg config "$config.json" --arg tag ${name}:${tag} \
          '[{ Config: $config, RepoTags: [$tag], Layers: ["layer.tar"] }]' > image/manifest.json
        tar -cf $out $tarOptions -C image .
      '';
  in
    self.writeShellScript "stream-${baseNameOf name}" "exec cat ${archive}"
    // {
      imageName = name;
      imageTag = tag;
    };
}
