# Behaviour of lib that our expressions rely on. The expected values in lib-cases.json are those of nixpkgs' own lib.
{lib}: let
  inherit (lib) mkOption types mkIf mkMerge mkDefault mkForce mkBefore mkAfter mkOverride mkEnableOption;
  ev = ms:
    (lib.evalModules {
      modules = ms;
      specialArgs = {
        inherit lib;
        extra = 7;
      };
    })
    .config;
  strip = c: removeAttrs c ["_module"];
  sub = types.submodule ({
    name,
    config,
    ...
  }: {
    options = {
      a = mkOption {
        type = types.int;
        default = 1;
      };
      b = mkOption {
        type = types.str;
        default = "${name}-${toString config.a}";
      };
      l = mkOption {
        type = types.listOf types.str;
        default = [];
      };
    };
  });
  opts = {
    options = {
      s = mkOption {
        type = types.str;
        default = "dflt";
      };
      n = mkOption {
        type = types.nullOr types.int;
        default = null;
      };
      l = mkOption {
        type = types.listOf types.int;
        default = [];
      };
      m = mkOption {
        type = types.attrsOf sub;
        default = {};
      };
      one = mkOption {
        type = sub;
        default = {};
      };
      e = mkOption {
        type = types.enum ["x" "y"];
        default = "x";
      };
      lines = mkOption {
        type = types.lines;
        default = "";
      };
      any = mkOption {
        type = types.anything;
        default = {};
      };
      ei = mkOption {
        type = types.either types.int (types.listOf types.str);
        default = 0;
      };
      deep.er.opt = mkOption {
        type = types.bool;
        default = false;
        apply = x: !x;
      };
      port = mkOption {
        type = types.port;
        default = 1;
      };
      u = mkOption {
        type = types.oneOf [types.bool types.int types.str];
        default = true;
      };
      co = mkOption {
        type = types.coercedTo types.int toString types.str;
        default = 5;
      };
      la = mkOption {
        type = types.lazyAttrsOf types.int;
        default = {};
      };
      fn = mkOption {
        type = types.functionTo types.int;
        default = x: x;
      };
    };
  };
  t = ms: let
    r = builtins.tryEval (builtins.deepSeq (removeAttrs (strip (ev ([opts] ++ ms))) ["fn"]) (removeAttrs (strip (ev ([opts] ++ ms))) ["fn"]));
  in
    if r.success
    then r.value
    else "ERROR";
in {
  c01 = t [];
  c02 = t [{s = "a";}];
  c03 = t [{s = mkDefault "a";} {s = "b";}];
  c04 = t [{s = "a";} {s = mkForce "z";}];
  c05 = t [{s = "a";} {s = "b";}];
  c06 = t [{s = 3;}];
  c07 = t [{l = [1];} {l = mkBefore [0];} {l = mkAfter [9];} {l = mkIf false [5];}];
  c08 = t [{l = [(mkIf true 1) (mkIf false 2)];}];
  c09 = t [
    {m.k = {a = 2;};}
    {
      m.k.l = ["p"];
      m.j = {};
    }
  ];
  c10 = t [(mkIf true {m.k.a = 3;}) (mkMerge [{n = 4;} {e = "y";}])];
  c11 = t [({config, ...}: mkIf (config.s == "dflt") {n = 1;})];
  c12 = t [{bogus = 1;}];
  c13 = t [(mkIf false {bogus = 1;})];
  c14 = t [{e = "q";}];
  c15 = t [{lines = "a";} {lines = "b";}];
  c16 = t [
    {any.x.y = 1;}
    {any.x.z = mkForce 2;}
    {
      any.x.z = 5;
      any.q = [1];
    }
  ];
  c17 = t [{ei = ["a"];}];
  c18 = t [{ei = "no";}];
  c19 = t [{deep.er.opt = true;}];
  c20 = t [{port = 70000;}];
  c21 = t [{u = 4;}];
  c22 = t [{co = 9;} {co = mkForce "w";}];
  c23 = t [{la = mkMerge [{a = 1;} {b = 2;}];}];
  c24 = t [{one.a = 5;}];
  c25 = t [({extra, ...}: {n = extra;})];
  c26 = t [{config._module.args.foo = 3;} ({foo, ...}: {n = foo;})];
  c27 = t [
    {
      imports = [{s = "imp";}];
      config.n = 2;
    }
  ];
  c28 = t [{m = mkIf false {k = {};};}];
  c29 = t [{m.k = mkIf false {};}];
  c30 = t [{m.k = mkMerge [{a = 8;} (mkIf true {b = "bb";})];}];
  c31 = t [{n = null;} {n = 3;}];
  c32 = t [{n = mkOverride 10 6;} {n = mkForce 3;}];
  c33 = t [
    {
      _module.freeformType = types.attrsOf types.int;
      free = 3;
    }
  ];
  c34 = t [
    {
      _module.freeformType = types.attrsOf types.int;
      free = "x";
    }
  ];
  c35 = t [
    {
      options.s2 = mkEnableOption "q";
      config.s2 = true;
    }
  ];
  c36 = (ev [opts {fn = x: x + 1;}]).fn 2;
  c37 = t [{m.k = {name, ...}: {b = "fn-${name}";};}];
  c38 = t [(mkMerge [(mkIf true {s = mkDefault "q";}) {l = [1 2];}])];
  c39 = t [{config = mkForce {s = "forced";};} {s = "plain";}];
  c40 = ((lib.evalModules {modules = [opts {s = "base";}];}).extendModules {modules = [{s = mkForce "ext";}];}).config.s;
  c41 = t [
    {
      options.unset = mkOption {
        type = types.str;
        default = throw "not looked at";
      };
      config.unset = "set";
    }
  ];
  l01 = map lib.escapeShellArg ["a b" "x" "it's" ""];
  l02 = lib.splitString "." "a.b..c";
  l03 =
    lib.recursiveUpdate {
      a.b = 1;
      a.c = 2;
    } {
      a.c = 3;
      d = 4;
    };
  l04 = lib.unique [1 2 1 3];
  l05 = lib.versionAtLeast "1.13.8" "1.13";
  l06 = lib.toHexString 3054;
  l07 = lib.generators.toINI {} {
    s = {
      a = 1;
      b = true;
    };
  };
  l08 = lib.fixedWidthNumber 4 7;
  l09 = lib.cartesianProduct {
    a = [1 2];
    b = [3];
  };
  l10 = lib.foldr (a: b: a + b) "" ["x" "y"];
  l11 = lib.flatten [1 [2 [3]]];
  l12 = lib.hasInfix "bc" "abcd";
  l13 = lib.trim "  q w ";
  l14 = lib.toInt "42";
  l15 = lib.concatMapAttrs (n: v: {"${n}x" = v;}) {a = 1;};
  l16 = lib.removePrefix "0x" "0xAB";
  l17 = lib.attrByPath ["a" "b"] 0 {a.b = 5;};
  l18 = lib.imap1 (i: v: "${toString i}${v}") ["a" "b"];
  l19 = lib.makeBinPath ["/x" "/y"];
  l20 = lib.escapeShellArgs ["a" "b c"];
  l21 = lib.generators.toKeyValue {} {
    a = 1;
    b = "q";
  };
  l22 = lib.take 2 [1 2 3];
  l23 = lib.strings.sanitizeDerivationName "a b/c";
  l24 = lib.findFirst (x: x > 1) 0 [1 2 3];
  l25 = lib.mapAttrsRecursive (p: v: lib.concatStringsSep "." p) {a.b = 1;};
  l26 = lib.toShellVars {a = "x y";};
  l27 = lib.pipe 3 [(x: x + 1) toString];
  l28 = lib.range 2 5;
  l29 = lib.boolToString true;
  l30 = lib.optionalString false "x";
}
