# The back end as an image: its closure, a user that is not root, no shell. Written as a stream, so that it takes no
# space in the store: `push-images` sends it to a registry, `send-images` to the nodes.
{
  lib,
  stdenvNoCC,
  dockerTools,
  retail-api,
  # Of what is in it; this system's programs put it together.
  architecture ? stdenvNoCC.hostPlatform.go.GOARCH,
}:
dockerTools.streamLayeredImage {
  name = "retail-api";
  tag = retail-api.version;
  inherit architecture;
  config = {
    Entrypoint = [(lib.getExe retail-api)];
    Cmd = ["serve"];
    User = "65532:65532";
    # Requests, and health and metrics, which are not for customers.
    ExposedPorts = {
      "8080/tcp" = {};
      "9090/tcp" = {};
    };
    Labels = {
      "org.opencontainers.image.title" = "retail-api";
      "org.opencontainers.image.description" = retail-api.meta.description;
      "org.opencontainers.image.version" = retail-api.version;
    };
  };
}
