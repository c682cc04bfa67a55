# Reads a pnpm-lock.yaml (version 9) during evaluation, and lists what some workspace folders need at run time.
# pnpm writes the file in one fixed form, so reading it by lines is enough; nothing is built to evaluate it.
{lib}: lockFile: let
  text = builtins.readFile lockFile;

  # The text of a top-level section, from its heading to the next one.
  section = name: let
    after = lib.splitString "\n${name}:\n" text;
  in
    if builtins.length after < 2
    then throw "${toString lockFile} has no section ${name}: is it a pnpm lock file of version 9?"
    else builtins.head (builtins.split "\n[a-z]" (builtins.elemAt after 1));

  # The blocks of a section, which pnpm sets apart by blank lines, as { key = text; }.
  blocks = name:
    lib.listToAttrs (
      map (block: let
        line = builtins.head (lib.splitString "\n" block);
        key = lib.removeSuffix ":" (lib.removeSuffix " {}" line);
      in
        lib.nameValuePair (lib.removeSuffix "'" (lib.removePrefix "'" key)) block)
      (builtins.tail (lib.splitString "\n\n  " ("\n" + section name)))
    );

  importers = blocks "importers";
  packages = blocks "packages";
  snapshots = blocks "snapshots";

  # Every match of a regular expression with two groups, as [ name version ].
  pairs = pattern: string: builtins.filter builtins.isList (builtins.split pattern string);

  withoutPeers = key: builtins.head (lib.splitString "(" key);

  # A dependency is named by its version, or as name@version where it has an alias.
  snapshotKey = name: version:
    if snapshots ? "${name}@${version}"
    then "${name}@${version}"
    else version;

  # [ { name; key; } ] of a snapshot's own dependencies, without those made for other platforms.
  dependenciesOf = platform: key:
    builtins.filter ({key, ...}: fits platform (packageOf key))
    (map (pair: rec {
      name = builtins.elemAt pair 0;
      key = snapshotKey name (builtins.elemAt pair 1);
    }) (pairs "\n      '?([^' \n]+)'?: ([^\n]+)" snapshots.${key}));

  # [ { name; key; } | { name; link; } ] of a workspace folder, without those for development.
  importsOf = folder:
    map (pair: let
      name = builtins.elemAt pair 0;
      version = builtins.elemAt pair 1;
    in
      {inherit name;}
      // (
        if lib.hasPrefix "link:" version
        then {link = lib.removePrefix "link:" version;}
        else {key = snapshotKey name version;}
      ))
    (pairs "\n      '?([^' \n]+)'?:\n        specifier: [^\n]*\n        version: ([^\n]+)" (builtins.head (lib.splitString "\n    devDependencies:" importers.${folder})));

  packageOf = key: let
    id = withoutPeers key;
    parts = builtins.match "(@?[^@]+)@(.+)" id;
    block = packages.${id} or (throw "${toString lockFile} names ${key}, but does not list it");
    list = field: let
      found = builtins.match ".*\n    ${field}: \\[([^]]*)].*" block;
    in
      if found == null
      then null
      else lib.splitString ", " (builtins.head found);
    integrity = builtins.match ".*resolution: \\{integrity: (sha[0-9]+-[A-Za-z0-9+/=]+)}.*" block;
  in rec {
    name = builtins.elemAt parts 0;
    version = builtins.elemAt parts 1;
    hash =
      if integrity == null
      then throw "${id} in ${toString lockFile} is not from the registry: only registry tarballs are supported"
      else builtins.head integrity;
    file = "${lib.last (lib.splitString "/" name)}-${version}.tgz";
    url = "mirror://npm/${name}/-/${file}";
    os = list "os";
    cpu = list "cpu";
    libc = list "libc";
  };

  fits = platform: package:
    lib.all (field: let
      wanted = package.${field};
      value = platform.${field};
    in
      wanted == null || builtins.elem value wanted || (lib.any (lib.hasPrefix "!") wanted && !builtins.elem "!${value}" wanted))
    ["os" "cpu" "libc"];
in {
  inherit importsOf;

  # Everything that the given snapshots need, themselves included: { key = { package; dependencies; }; }.
  closure = platform: keys:
    lib.listToAttrs (
      map ({
        key,
        dependencies,
      }:
        lib.nameValuePair key {
          inherit dependencies;
          package = packageOf key;
        })
      (builtins.genericClosure {
        startSet = map (key: {
          inherit key;
          dependencies = dependenciesOf platform key;
        }) (lib.unique keys);
        operator = {dependencies, ...}:
          map ({key, ...}: {
            inherit key;
            dependencies = dependenciesOf platform key;
          })
          dependencies;
      })
    );

  # The one snapshot of a package, whoever asks for it.
  only = name: let
    found = builtins.filter (key: (packageOf key).name == name) (builtins.attrNames snapshots);
  in
    if builtins.length found == 1
    then builtins.head found
    else throw "${toString lockFile} has ${toString (builtins.length found)} versions of ${name}";
}
