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
        mkdir -p root image/layer
        for path in ${toString (lib.toList contents)}; do cp -rs --no-preserve=mode $path/. root/; done
        grep -vxF ${json} ${closure}/store-paths > paths
        tar -cf image/layer/layer.tar $tarOptions -P --transform 's,^/,,' -T paths
        tar -rf image/layer/layer.tar $tarOptions -C root .
        # Named and ordered as nixpkgs' script does: layers, configuration, manifest.
        layer=$(sha256sum image/layer/layer.tar | cut -d' ' -f1)
        mv image/layer "image/$layer"
        jq -c --arg layer "sha256:$layer" '. + { rootfs: { type: "layers", diff_ids: [$layer] } }' ${json} > image/config.json
        config=$(sha256sum image/config.json | cut -d' ' -f1)
        mv image/config.json "image/$config.json"
        jq -n --arg config "$config.json" --arg tag ${name}:${tag} --arg layer "$layer/layer.tar" \
          '[{ Config: $config, RepoTags: [$tag], Layers: [$layer] }]' > image/manifest.json
        tar -cf $out $tarOptions -C image "$layer/layer.tar" "$config.json" manifest.json
      '';
  in
    self.writeShellScript "stream-${baseNameOf name}" "exec cat ${archive}"
    // {
      imageName = name;
      imageTag = tag;
    };
}
