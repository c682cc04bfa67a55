# Trivial builders and setup hooks.
{
  lib,
  mkDerivation,
  runCommand,
  writeTextFile,
}: rec {
  inherit writeTextFile;
  writeText = name: text: writeTextFile {inherit name text;};

  writeShellScript = name: text:
    writeTextFile {
      inherit name;
      executable = true;
      text = "#!/bin/bash\n${text}";
    };

  writeShellApplication = {
    name,
    text,
    runtimeInputs ? [],
    meta ? {},
  }:
    writeTextFile {
      inherit name;
      meta = meta // {mainProgram = name;};
      executable = true;
      destination = "/bin/${name}";
      text = ''
        #!/bin/bash
        set -o errexit -o nounset -o pipefail
        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
        ${text}
      '';
      checkPhase = ''
        bash -n $out/bin/${name}
        if type -P shellcheck > /dev/null; then shellcheck $out/bin/${name}; fi
      '';
    };

  linkFarm = name: entries: let
    link = to: path: "mkdir -p \"$(dirname '${to}')\"; ln -s ${path} '${to}'";
  in
    runCommand name {} "mkdir -p $out; cd $out\n${lib.concatStringsSep "\n" (lib.mapAttrsToList link entries)}";

  makeBinaryWrapper = runCommand "make-wrapper-hook" {} ''
    mkdir -p $out/nix-support
    cp ${./make-wrapper.sh} $out/nix-support/setup-hook
  '';
}
