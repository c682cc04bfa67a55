# Option declarations, property discharge, types and evalModules: the subset our modules use.
lib: let
  inherit (builtins) isAttrs isFunction isString isPath head tail length map filter concatMap elem attrNames mapAttrs sort all any foldl' toJSON;
  inherit (lib) last nameValuePair listToAttrs concatStringsSep optional genAttrs unique;
  showOption = loc: concatStringsSep "." loc;
  prop = t: x: isAttrs x && (x._type or null) == t;
  isType = t: x: prop t x;
  isOption = isType "option";
  mkOption = a: {_type = "option";} // a;
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
  files = defs: concatStringsSep ", " (unique (map (d: d.file) defs));
  # one level of a configuration: mkIf and mkMerge are pushed down to the attributes, lazily in their conditions
  push = d:
    if prop "merge" d.value
    then concatMap (v: push (d // {value = v;})) d.value.contents
    else if prop "if" d.value
    then
      map (e:
        e
        // {
          value =
            if isAttrs e.value && !(e.value ? _type)
            then mapAttrs (_: mkIf d.value.condition) e.value
            else mkIf d.value.condition e.value;
        }) (push (d // {value = d.value.content;}))
    else if prop "override" d.value
    then map (e: e // {value = mapAttrs (_: mkOverride d.value.priority) e.value;}) (push (d // {value = d.value.content;}))
    else [d];
  # a leaf definition: properties are resolved to a list of { file, value, prio, order }
  resolve = d: let
    v = d.value;
  in
    if prop "merge" v
    then concatMap (x: resolve (d // {value = x;})) v.contents
    else if prop "if" v
    then
      (
        if v.condition
        then resolve (d // {value = v.content;})
        else []
      )
    else if prop "override" v
    then map (e: e // {prio = v.priority;}) (resolve (d // {value = v.content;}))
    else if prop "order" v
    then map (e: e // {order = v.priority;}) (resolve (d // {value = v.content;}))
    else [
      ({
          prio = 100;
          order = 1000;
        }
        // d)
    ];
  select = defs: let
    rs = concatMap resolve defs;
    best =
      foldl' (m: d:
        if d.prio < m
        then d.prio
        else m)
      9999
      rs;
  in
    sort (x: y: x.order < y.order) (filter (d: d.prio == best) rs);
  mergeDefs = loc: type: defs: let
    ds = select defs;
    bad = filter (d: !(type.check d.value)) ds;
  in
    if ds == []
    then type.emptyValue or (throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.")
    else if bad != []
    then throw "A definition for option `${showOption loc}' is not of type `${type.description}'. Definition values:\n${concatStringsSep "\n" (map (d: "- In `${d.file}': ${pretty d.value}") bad)}"
    else type.merge loc ds;
  pretty = v: let
    r = builtins.tryEval (
      if isFunction v
      then "<function>"
      else toJSON v
    );
  in
    if r.success
    then r.value
    else "<unprintable>";
  defined = defs: select defs != [];
  evalOption = loc: o: defs: let
    type = o.type or types.unspecified;
    given = select defs;
    # A default that something outranks is not looked at: it may well throw.
    outranked = given != [] && (head given).prio < 1500;
    all' =
      defs
      ++ optional (o ? default && !outranked) {
        file = "default";
        value = mkOverride 1500 o.default;
      };
    v = mergeDefs loc type all';
    ro =
      if (o.readOnly or false) && length (select defs) > 1
      then throw "The option `${showOption loc}' is read-only, but it's set multiple times"
      else v;
  in
    (o.apply or (x: x)) ro;
  mergeOptions = loc: os: let
    os' = filter (x: x != {}) os;
    leaves = filter isOption os';
  in
    if leaves != []
    then
      (
        if length leaves > 1
        then
          (
            if all (l: (l.type or {}) ? merge2 || true) leaves && length (filter (l: l ? type) leaves) > 1 && !(any (l: l.type.name == "submodule") leaves)
            then throw "The option `${showOption loc}' in several modules is already declared"
            else
              foldl' (a: x:
                a
                // x
                // {
                  type =
                    if a ? type && a.type.name == "submodule" && x ? type
                    then a.type.extend x.type
                    else x.type or a.type or types.unspecified;
                }) (head leaves) (tail leaves)
          )
        else head leaves
      )
    else genAttrs (unique (concatMap attrNames os')) (n: mergeOptions (loc ++ [n]) (map (o: o.${n}) (filter (o: o ? ${n}) os')));
  evalTree = loc: opts: free: defs0: let
    defs = concatMap push defs0;
    sub = n: map (d: d // {value = d.value.${n};}) (filter (d: d.value ? ${n}) defs);
    known = mapAttrs (n: o:
      if isOption o
      then evalOption (loc ++ [n]) o (sub n)
      else evalTree (loc ++ [n]) o null (sub n))
    opts;
    extra = filter (n: !(opts ? ${n})) (unique (concatMap (d:
      if isAttrs d.value
      then attrNames d.value
      else throw "The option `${showOption loc}' must be a set of options, in ${d.file}")
    defs));
    freeVal =
      if free == null
      then {}
      else free.merge loc (map (d: d // {value = removeAttrs d.value (attrNames opts);}) defs);
  in
    if free != null
    then freeVal // known
    else if extra != []
    then throw "The option `${showOption (loc ++ [(head extra)])}' does not exist. Definition values:\n${concatStringsSep "\n" (map (d: "- In `${d.file}': ${pretty d.value}") (sub (head extra)))}"
    else known;
  evalModules = {
    modules,
    specialArgs ? {},
    prefix ? [],
    class ? null,
    check ? true,
  } @ spec: let
    call = file: f: let
      want = builtins.functionArgs f;
      extra = listToAttrs (map (n: nameValuePair n (config._module.args.${n} or (throw "module ${file} wants the argument `${n}', which no one gives"))) (filter (n: !(base ? ${n})) (attrNames want)));
    in
      f (base // extra);
    base =
      {
        inherit config options lib specialArgs;
        _class = class;
      }
      // specialArgs;
    load = file: m:
      if isFunction m || (isAttrs m && m ? __functor)
      then
        (let
          r = call file (
            if isAttrs m
            then m.__functor m
            else m
          );
        in
          load file (
            if isAttrs r && (r._type or "module") != "module"
            then {config = r;}
            else r
          ))
      else if isPath m || isString m
      then load (toString m) (import m)
      else if (m._type or "module") != "module"
      then throw "Could not load a value as a module, because it is of type \"${m._type}\", in file ${file}."
      else let
        f = toString (m._file or file);
        struct = m ? config || m ? options;
        body =
          if struct
          then m
          else {
            imports = m.imports or m.require or [];
            options = {};
            config = removeAttrs m ["imports" "require" "_file" "key" "_class" "disabledModules" "meta" "_module"] // lib.optionalAttrs (m ? _module) {inherit (m) _module;};
          };
        bad =
          if struct
          then attrNames (removeAttrs m ["config" "options" "imports" "_file" "key" "_class" "disabledModules" "meta" "freeformType" "_module"])
          else [];
      in
        if bad != []
        then throw "Module `${f}' has an unsupported attribute `${head bad}'. Move it into `config'."
        else
          [
            {
              file = f;
              key =
                m.key
                or (
                  if m ? _file || file != "<inline>"
                  then f
                  else null
                );
              options = body.options or {};
              config = body.config or {};
              free = body.freeformType or null;
            }
          ]
          ++ concatMap (load f) (body.imports or []);
    loaded0 = concatMap (load "<inline>") modules;
    loaded =
      lib.reverseList
      (foldl' (a: m:
          if m.key != null && lib.hasPrefix "/" m.key && elem m.key a.seen
          then a
          else {
            seen = a.seen ++ optional (m.key != null) m.key;
            out = a.out ++ [m];
          }) {
          seen = [];
          out = [];
        }
        loaded0)
      .out;
    opts = mergeOptions prefix (map (m: m.options) loaded
      ++ [
        {
          _module.args = mkOption {
            type = types.lazyAttrsOf types.raw;
            default = {};
          };
          _module.freeformType = mkOption {
            type = types.raw;
            default = null;
          };
          _module.check = mkOption {
            type = types.bool;
            default = check;
          };
        }
      ]);
    defs =
      map (m: {
        inherit (m) file;
        value = m.config;
      })
      loaded;
    moduleOnly = evalTree prefix {inherit (opts) _module;} null (concatMap (d: map (e: e // {value = lib.optionalAttrs (e.value ? _module) {inherit (e.value) _module;};}) (push d)) defs);
    frees = filter (x: x != null) (map (m: m.free) loaded ++ [moduleOnly._module.freeformType]);
    config =
      evalTree prefix (removeAttrs opts ["_module"]) (
        if frees == []
        then null
        else last frees
      ) (concatMap (d: map (e: e // {value = removeAttrs e.value ["_module"];}) (push d)) defs)
      // {_module = moduleOnly._module // {args = {inherit config options;} // moduleOnly._module.args;};};
    annotate = loc: o: c:
      if isOption o
      then
        o
        // {
          value = c;
          inherit loc;
          isDefined = true;
        }
      else mapAttrs (n: v: annotate (loc ++ [n]) v c.${n}) o;
    options = annotate prefix opts config;
  in {
    inherit config options;
    type = types.submoduleWith {inherit modules specialArgs;};
    extendModules = a:
      evalModules (spec
        // {
          modules = modules ++ (a.modules or []);
          specialArgs = specialArgs // (a.specialArgs or {});
        });
    _module.args = config._module.args;
    class = class;
  };
  # types
  one = loc: ds:
    if length ds == 1 || all (d: d.value == (head ds).value) ds
    then (head ds).value
    else throw "The option `${showOption loc}' has conflicting definition values:\n${concatStringsSep "\n" (map (d: "- In `${d.file}': ${pretty d.value}") ds)}";
  types = import ./types.nix {inherit lib pretty mergeDefs defined push evalModules showOption files one;};
in {
  inherit evalModules mkOption mkIf mkMerge mkOverride mkOrder types isOption isType showOption;
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  mkOptionDefault = mkOverride 1500;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  literalExpression = text: {
    _type = "literalExpression";
    inherit text;
  };
  mkEnableOption = n:
    mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = "Whether to enable ${n}.";
    };
  mkPackageOption = pkgs: n: a:
    mkOption {
      type = types.package;
      description = "The ${toString n} package to use.";
      default = lib.getAttrFromPath (lib.toList (a.default or n)) pkgs;
    };
  optionAttrSetToDocList = options: let
    rendered = value:
      if isAttrs value && value ? _type
      then value
      else {
        _type = "literalExpression";
        text = lib.generators.toPretty {} value;
      };
    go = loc: x:
      if !isOption x
      then concatMap (n: go (loc ++ [n]) x.${n}) (attrNames (removeAttrs x ["_module"]))
      else
        [
          ({
              name = showOption loc;
              type = x.type.description or "unspecified";
              description = x.description or null;
            }
            // lib.optionalAttrs (x ? defaultText || x ? default) {default = rendered (x.defaultText or x.default);}
            // lib.optionalAttrs (x ? example) {example = rendered x.example;})
        ]
        ++ go (loc ++ x.type.below) (x.type.getSubOptions loc);
  in
    go [] options;
}
