# The front end as an image: its files, and a server of files as a user that is not root. No shell. A gateway sends it
# what is not under /api.
{
  lib,
  stdenvNoCC,
  dockerTools,
  static-web-server,
  retail-web,
  # Of what is in it; this system's programs put it together.
  architecture ? stdenvNoCC.hostPlatform.go.GOARCH,
}:
dockerTools.streamLayeredImage {
  name = "retail-web";
  tag = retail-web.version;
  inherit architecture;
  config = {
    Entrypoint = [(lib.getExe static-web-server) "--config-file" "${./retail-web.toml}" "--root" "${retail-web}"];
    User = "65532:65532";
    ExposedPorts."8080/tcp" = {};
    Labels = {
      "org.opencontainers.image.title" = "retail-web";
      "org.opencontainers.image.description" = retail-web.meta.description;
      "org.opencontainers.image.version" = retail-web.version;
    };
  };
}
