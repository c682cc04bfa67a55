# A small library with the names a flake of ours uses; semantics follow the nixpkgs manual, written from scratch.
let
  b = builtins;
  inherit (b) map filter elem attrNames attrValues mapAttrs listToAttrs concatStringsSep concatLists concatMap isFunction isList isAttrs isString isInt isBool isPath isFloat length head tail elemAt substring stringLength replaceStrings foldl' toString genList sort hasAttr getAttr removeAttrs intersectAttrs functionArgs fromJSON toJSON readFile match split throw seq deepSeq all any catAttrs partition groupBy toPath trace tryEval pathExists readDir placeholder typeOf lessThan add;
  lib = rec {
    inherit map filter elem attrNames attrValues mapAttrs listToAttrs concatStringsSep concatLists concatMap isFunction isList isAttrs isString isInt isBool isPath isFloat length head tail elemAt substring stringLength replaceStrings foldl' genList sort hasAttr getAttr removeAttrs intersectAttrs functionArgs fromJSON toJSON readFile seq deepSeq all any catAttrs partition groupBy trace pathExists readDir typeOf;
    inherit (b) zipAttrsWith;
    inherit (b) warn;
    version = "0-mini";
    # functions
    id = x: x;
    const = x: _: x;
    pipe = foldl' (x: f: f x);
    min = x: y:
      if x < y
      then x
      else y;
    mod = x: y: x - y * (x / y);
    boolToString = x:
      if x
      then "true"
      else "false";
    # lists
    toList = x:
      if isList x
      then x
      else [x];
    optional = c: x:
      if c
      then [x]
      else [];
    optionals = c: xs:
      if c
      then xs
      else [];
    foldr = f: z: xs: let
      n = length xs;
      go = i:
        if i == n
        then z
        else f (elemAt xs i) (go (i + 1));
    in
      go 0;
    imap0 = f: xs: genList (i: f i (elemAt xs i)) (length xs);
    imap1 = f: xs: genList (i: f (i + 1) (elemAt xs i)) (length xs);
    range = a: z:
      if a > z
      then []
      else genList (i: a + i) (z - a + 1);
    last = xs: elemAt xs (length xs - 1);
    init = xs: take (length xs - 1) xs;
    take = n: xs: genList (elemAt xs) (min n (length xs));
    reverseList = xs: let n = length xs; in genList (i: elemAt xs (n - 1 - i)) n;
    flatten = x:
      if isList x
      then concatMap flatten x
      else [x];
    unique = foldl' (acc: x:
      if elem x acc
      then acc
      else acc ++ [x]) [];
    subtractLists = a: filter (x: !elem x a);
    count = p: xs: length (filter p xs);
    findFirst = p: d: xs: let
      r = filter p xs;
    in
      if r == []
      then d
      else head r;
    cartesianProduct = a: foldl' (acc: n: concatMap (r: map (v: r // {${n} = v;}) a.${n}) acc) [{}] (attrNames a);
    # attribute sets
    nameValuePair = name: value: {inherit name value;};
    genAttrs = ns: f: listToAttrs (map (n: nameValuePair n (f n)) ns);
    mapAttrs' = f: s: listToAttrs (map (n: f n s.${n}) (attrNames s));
    mapAttrsToList = f: s: map (n: f n s.${n}) (attrNames s);
    filterAttrs = p: s:
      listToAttrs (concatMap (n:
        if p n s.${n}
        then [(nameValuePair n s.${n})]
        else []) (attrNames s));
    concatMapAttrs = f: s: foldl' (a: x: a // x) {} (mapAttrsToList f s);
    optionalAttrs = c: s:
      if c
      then s
      else {};
    getAttrs = ns: s: genAttrs ns (n: s.${n});
    attrByPath = p: d: s:
      if p == []
      then s
      else if isAttrs s && s ? ${head p}
      then attrByPath (tail p) d s.${head p}
      else d;
    getAttrFromPath = p: s: attrByPath p (throw "cannot find attribute ${concatStringsSep "." p}") s;
    setAttrByPath = p: v:
      if p == []
      then v
      else {${head p} = setAttrByPath (tail p) v;};
    recursiveUpdate = x: y:
      if isAttrs x && isAttrs y && !(isDerivation y)
      then
        x
        // mapAttrs (n: v:
          if x ? ${n}
          then recursiveUpdate x.${n} v
          else v)
        y
      else y;
    mapAttrsRecursive = f: s: let
      go = p:
        mapAttrs (n: v:
          if isAttrs v
          then go (p ++ [n]) v
          else f (p ++ [n]) v);
    in
      go [] s;
    isDerivation = x: isAttrs x && (x.type or null) == "derivation";
    # strings
    concatStrings = concatStringsSep "";
    concatMapStrings = f: xs: concatStrings (map f xs);
    concatMapStringsSep = s: f: xs: concatStringsSep s (map f xs);
    concatLines = concatMapStrings (l: l + "\n");
    optionalString = c: s:
      if c
      then s
      else "";
    stringToCharacters = s: genList (i: substring i 1 s) (stringLength s);
    hasPrefix = p: s: substring 0 (stringLength p) s == p;
    hasSuffix = x: s: let n = stringLength s - stringLength x; in n >= 0 && substring n (-1) s == x;
    hasInfix = x: s: replaceStrings [x] [""] s != s;
    removePrefix = p: s:
      if hasPrefix p s
      then substring (stringLength p) (-1) s
      else s;
    removeSuffix = x: s:
      if hasSuffix x s
      then substring 0 (stringLength s - stringLength x) s
      else s;
    upperChars = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    lowerChars = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
    toLower = replaceStrings upperChars lowerChars;
    escapeRegex = s: replaceStrings (stringToCharacters "\\[{()^$?*+|.") (map (c: "\\" + c) (stringToCharacters "\\[{()^$?*+|.")) s;
    splitString = sep: s: filter isString (split (escapeRegex sep) (toString s));
    trim = s: let
      m = match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" s;
    in
      if m == null
      then ""
      else head m;
    escapeShellArg = x: let
      s = toString x;
    in
      if match "[[:alnum:],._+:@%/-]+" s != null
      then s
      else "'${replaceStrings ["'"] ["'\\''"] s}'";
    escapeShellArgs = concatMapStringsSep " " escapeShellArg;
    toShellVars = a: concatStringsSep "\n" (mapAttrsToList (n: v: "${n}=${escapeShellArg v}") a);
    fixedWidthString = w: f: s:
      if stringLength s >= w
      then s
      else fixedWidthString w f (f + s);
    fixedWidthNumber = w: n: fixedWidthString w "0" (toString n);
    toInt = s: let
      r = match "[[:space:]]*0*(-?[0-9]+)[[:space:]]*" s;
    in
      if r == null
      then throw "not a number: ${s}"
      else fromJSON (head r);
    toHexString = n: let
      d = stringToCharacters "0123456789ABCDEF";
    in
      if n < 16
      then elemAt d n
      else toHexString (n / 16) + elemAt d (mod n 16);
    importJSON = p: fromJSON (readFile p);
    versionOlder = v1: v2: b.compareVersions v2 v1 == 1;
    versionAtLeast = v1: v2: !versionOlder v1 v2;
    versions = rec {
      splitVersion = b.splitVersion;
      major = v: elemAt (splitVersion v) 0;
      minor = v: elemAt (splitVersion v) 1;
      majorMinor = v: "${major v}.${minor v}";
    };
    strings = {
      inherit concatStringsSep hasPrefix hasSuffix toLower splitString removePrefix removeSuffix;
      sanitizeDerivationName = s:
        concatStrings (map (x:
          if isList x
          then "-"
          else x) (split "[^[:alnum:]+._?=-]+" (removePrefix "." s)));
    };
    hashString = b.hashString;
    # derivations
    getOutput = o: p: p.${o} or p.out or p;
    getBin = getOutput "bin";
    makeBinPath = ps: concatMapStringsSep ":" (p: "${getBin p}/bin") (filter (p: p != null) ps);
    getExe' = p: n: "${getBin p}/bin/${n}";
    getExe = p: getExe' p (p.meta.mainProgram or p.pname or (throw "no mainProgram"));
    meta = {inherit getExe getExe';};
    makeOverridable = f: args: let
      r = f args;
    in
      if isAttrs r
      then
        r
        // {
          override = n:
            makeOverridable f (args
              // (
                if isFunction n
                then n args
                else n
              ));
        }
      else r;
    callPackageWith = auto: fn: args: let
      f =
        if isFunction fn
        then fn
        else import fn;
    in
      makeOverridable f (intersectAttrs (functionArgs f) auto // args);
    platforms = {
      linux = ["x86_64-linux" "aarch64-linux"];
      darwin = ["x86_64-darwin" "aarch64-darwin"];
      all = platforms.linux ++ platforms.darwin;
      unix = platforms.all;
    };
    systems.flakeExposed = platforms.all;
    systems.doubles.linux = platforms.linux;
    # sources
    cleanSourceFilter = path: type: !(elem (baseNameOf path) [".git" ".svn"] || (type == "symlink" && hasPrefix "result" (baseNameOf path)));
    cleanSourceWith = {
      src,
      filter ? (_: _: true),
      name ? "source",
    }:
      b.path {
        inherit name filter;
        path = src;
      };
    cleanSource = src:
      cleanSourceWith {
        inherit src;
        filter = cleanSourceFilter;
      };
    sourceByRegex = src: rs:
      cleanSourceWith {
        inherit src;
        filter = p: _: any (r: match r (removePrefix "${toString src}/" p) != null) rs;
      };
    fileset = let
      isSet = x: isAttrs x && x ? _fs;
      norm = x:
        if isSet x
        then x._fs
        else let r = toString x; in p: _: p == r || hasPrefix "${r}/" p;
      mk = f: {_fs = f;};
      roots = x:
        if isSet x
        then x.roots or []
        else [(toString x)];
    in rec {
      unions = xs: (mk (p: t: any (x: norm x p t) xs)) // {roots = concatMap roots xs;};
      union = x: y: unions [x y];
      intersection = x: y: (mk (p: t: norm x p t && norm y p t)) // {roots = roots x;};
      difference = x: y: (mk (p: t: norm x p t && !(norm y p t))) // {roots = roots x;};
      maybeMissing = x:
        if pathExists x
        then x
        else unions [];
      gitTracked = x: x;
      fromSource = x: x;
      fileFilter = f: root: let
        r = toString root;
      in
        (mk (p: t:
          hasPrefix "${r}/" p
          && t != "directory"
          && f {
            name = baseNameOf p;
            type = t;
            hasExt = e: hasSuffix ".${e}" p;
          }))
        // {roots = [r];};
      toSource = {
        root,
        fileset,
      }: let
        f = norm fileset;
        rs = roots fileset;
        nonEmptyDir = p:
          any (n: let
            q = "${p}/${n}";
            t = (readDir p).${n};
          in
            if t == "directory"
            then nonEmptyDir q
            else f q t) (attrNames (readDir p));
      in
        b.path {
          path = root;
          name = "source";
          filter = p: t:
            if t == "directory"
            then any (r: r == p || hasPrefix "${p}/" r || hasPrefix "${r}/" p) rs && nonEmptyDir p
            else f p t;
        };
      trace = _: id;
    };
    sources = {inherit cleanSource cleanSourceWith sourceByRegex;};
    # text generators
    generators = rec {
      mkValueStringDefault = _: v:
        if isBool v
        then boolToString v
        else toString v;
      mkKeyValueDefault = _: sep: k: v: "${k}${sep}${mkValueStringDefault {} v}";
      toKeyValue = {
        mkKeyValue ? mkKeyValueDefault {} "=",
        listsAsDuplicateKeys ? false,
        indent ? "",
      }: a:
        concatStrings (concatLists (mapAttrsToList (n: v:
          map (x: "${indent}${mkKeyValue n x}\n") (
            if listsAsDuplicateKeys && isList v
            then v
            else [v]
          ))
        a));
      toINI = {mkSectionName ? id, ...}: a: concatStringsSep "\n" (mapAttrsToList (n: s: "[${mkSectionName n}]\n" + toKeyValue {} s) a);
      toJSON = _: b.toJSON;
      toYAML = _: b.toJSON;
      toPretty = options: value:
        if isString value
        then b.toJSON value
        else if isList value
        then "[ ${concatMapStrings (item: "${toPretty options item} ") value}]"
        else if isAttrs value
        then "{ ${concatStrings (mapAttrsToList (name: item: "${name} = ${toPretty options item}; ") value)}}"
        else if value == null
        then "null"
        else if isBool value
        then boolToString value
        else toString value;
    };
    # module system
    inherit (import ./modules.nix lib) evalModules mkOption mkEnableOption mkPackageOption mkIf mkMerge mkOverride mkDefault mkForce mkOptionDefault mkOrder mkBefore mkAfter types literalExpression isOption isType showOption optionAttrSetToDocList;
    modules = {inherit evalModules mkIf mkMerge;};
    options = {inherit mkOption showOption literalExpression;};
  };
in
  lib
