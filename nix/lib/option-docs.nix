# The options of our NixOS modules as Markdown, read from the modules themselves.
{lib}: modules: let
  inherit
    (lib.evalModules {
      modules = modules ++ [{_module.check = false;}];
      specialArgs.pkgs = throw "a default of an option needs defaultText, because it uses pkgs";
    })
    options
    ;
  ours = builtins.filter (option: lib.hasPrefix "services.homerack" option.name || lib.hasPrefix "homerack" option.name) (lib.optionAttrSetToDocList options);
  shown = value: (lib.generators.toPretty {} value);
  render = option:
    lib.concatStringsSep "\n\n" (
      ["### `${option.name}`" option.description "Type: ${option.type}."]
      ++ lib.optional (option ? default) "Default: `${option.default.text or (shown option.default)}`"
      ++ lib.optional (option ? example) "Example: `${option.example.text or (shown option.example)}`"
    );
in
  "# Options of the NixOS modules\n\n" + lib.concatMapStringsSep "\n\n" render ours + "\n"
