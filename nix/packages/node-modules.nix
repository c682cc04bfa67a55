# The node_modules of some workspace folders, from the lock file alone: one fetchurl per tarball, with the hash that
# pnpm recorded, so that a changed lock file needs no hash of ours. Laid out as pnpm does: every package stands beside
# exactly the packages that it depends on. Scripts of packages are not run.
{
  lib,
  runCommand,
  fetchurl,
  # Folders of the workspace, such as "apps/provision"; those that they link to come along.
  folders,
  # Packages wanted at the root, such as a bundler.
  tools ? [],
  lock,
  platform,
}: let
  # "../../packages/rack", seen from "apps/provision".
  resolve = folder: link:
    lib.concatStringsSep "/" (lib.foldl' (path: part:
      if part == ".."
      then lib.init path
      else path ++ [part]) (lib.splitString "/" folder) (lib.splitString "/" link));

  workspace = map ({key}: key) (builtins.genericClosure {
    startSet = map (key: {inherit key;}) folders;
    operator = {key}: map (import: {key = resolve key import.link;}) (builtins.filter (import: import ? link) (lock.importsOf key));
  });

  wanted = lib.concatMap (folder: builtins.filter (import: import ? key) (lock.importsOf folder)) workspace;
  toolKeys =
    map (name: {
      inherit name;
      key = lock.only name;
    })
    tools;
  closure = lock.closure platform (map (import: import.key) (wanted ++ toolKeys));

  # Keys hold slashes and brackets, and may be longer than a file name.
  idOf = key: let
    package = closure.${key}.package;
  in "${lib.replaceStrings ["/"] ["+"] package.name}@${package.version}-${builtins.substring 0 8 (builtins.hashString "sha256" key)}";
  homeOf = key: name: ".pnpm/${idOf key}/node_modules/${name}";

  storeName = package: lib.replaceStrings ["@" "/"] ["" "-"] "${package.name}-${package.version}.tgz";
  tarballOf = package:
    fetchurl {
      inherit (package) url hash;
      name = storeName package;
    };

  unpack = key: {package, ...}: "unpack ${tarballOf package} ${homeOf key package.name}";
  connect = key: {dependencies, ...}: map (to: "connect ${homeOf key to.name} ${homeOf to.key to.name}") dependencies;
  link = folder: import:
    if import ? key
    then "connect ${folder}/node_modules/${import.name} ${homeOf import.key import.name}"
    else "connect ${folder}/node_modules/${import.name} ${resolve folder import.link}";
in
  runCommand "node-modules" {
    passthru = {
      inherit workspace;
      # For whoever fills a store by hand: { <file name in the store> = { name; version; hash; }; }.
      tarballs = lib.mapAttrs' (_: {package, ...}: lib.nameValuePair (storeName package) {inherit (package) name version hash;}) closure;
    };
  } ''
    unpack() { mkdir -p "$out/$2"; tar -xzf "$1" -C "$out/$2" --strip-components=1 --no-same-owner --no-same-permissions; }
    connect() { mkdir -p "$out/$(dirname "$1")"; ln -s "$(realpath -m --relative-to="$out/$(dirname "$1")" "$out/$2")" "$out/$1"; }
    ${lib.concatStringsSep "\n" (lib.mapAttrsToList unpack closure)}
    ${lib.concatStringsSep "\n" (lib.concatLists (lib.mapAttrsToList connect closure))}
    ${lib.concatStringsSep "\n" (lib.concatMap (folder: map (link folder) (lock.importsOf folder)) workspace)}
    ${lib.concatMapStringsSep "\n" (tool: "connect node_modules/${tool.name} ${homeOf tool.key tool.name}") toolKeys}
  ''
