# The functions of nixpkgs' lib that we use, written for what we use of them, and a small evalModules: options are
# checked to be declared, definitions are merged (lists concatenated, sets joined), types are checked shallowly.
let
  inherit (builtins)
    all
    attrNames
    concatLists
    concatMap
    elem
    filter
    foldl'
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isString
    length
    listToAttrs
    map
    ;
  isOption = value: isAttrs value && value._type or "" == "option";
  type = name: check: { inherit name check; };
  lib = rec {
    genAttrs = names: make: listToAttrs (map (name: { inherit name; value = make name; }) names);
    nameValuePair = name: value: { inherit name value; };
    mapAttrsToList = make: set: map (name: make name set.${name}) (attrNames set);
    mapAttrs' = make: set: listToAttrs (mapAttrsToList make set);
    concatMapAttrs = make: set: foldl' (a: b: a // b) { } (mapAttrsToList make set);
    hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
    cleanSourceWith = { src, filter }: builtins.path { path = src; inherit filter; name = "source"; };
    literalExpression = text: { _type = "literalExpression"; inherit text; };
    licenses.mit.spdxId = "MIT";
    platforms.linux = [ "x86_64-linux" "aarch64-linux" ];

    mkOption = option: option // { _type = "option"; };
    mkEnableOption = what: mkOption { type = types.bool; default = false; description = "Whether to enable ${what}."; };
    mkIf = condition: content: { _type = "if"; inherit condition content; };
    mkMerge = contents: { _type = "merge"; inherit contents; };
    types = {
      bool = type "bool" isBool;
      str = type "str" isString;
      package = type "package" isAttrs;
      anything = type "anything" (_: true);
      ints.positive = type "positive" (value: isInt value && value > 0);
      listOf = inner: type "listOf" (value: isList value && all inner.check value);
      attrsOf = inner: type "attrsOf" (value: isAttrs value && all inner.check (map (name: value.${name}) (attrNames value)));
    };

    # The definitions in one value, mkIf and mkMerge resolved.
    definitions =
      value:
      if isAttrs value && value._type or "" == "merge" then
        concatMap definitions value.contents
      else if isAttrs value && value._type or "" == "if" then
        (if value.condition then definitions value.content else [ ])
      else
        [ value ];
    merge =
      values:
      if length values == 1 && !(isAttrs (head values)) then
        head values
      else if all isList values then
        concatLists values
      else if length values == 1 && (head values) ? type then
        head values
      else if all isAttrs values then
        # a name whose every definition is switched off is not there
        let
          given = name: concatMap definitions (under name values);
        in
        genAttrs (filter (name: given name != [ ]) (names values)) (name: merge (given name))
      else
        throw "a value is defined twice: ${builtins.toJSON values}";
    # The same with the conditions moved one level down, so that names are known before any condition is.
    pushed =
      value:
      if isAttrs value && value._type or "" == "merge" then
        concatMap pushed value.contents
      else if isAttrs value && value._type or "" == "if" then
        map (builtins.mapAttrs (_: mkIf value.condition)) (pushed value.content)
      else
        [ value ];
    under = name: parts: map (part: part.${name}) (filter (part: part ? ${name}) parts);
    names = parts: attrNames (foldl' (a: b: a // b) { } parts);
    # `options` with the values that the parts define. Only programs and services are ours to check, the rest is NixOS'.
    settle =
      path: options: parts:
      genAttrs (attrNames options ++ filter (name: !(options ? ${name})) (names parts)) (
        name:
        let
          shown = builtins.concatStringsSep "." (path ++ [ name ]);
          given = concatMap definitions (under name parts);
          value = if given == [ ] then options.${name}.default or (throw "${shown} is used and not defined") else merge given;
        in
        if !(options ? ${name}) then
          (if path != [ ] && elem (head path) [ "programs" "services" ] then throw "${shown} is no option" else if given == [ ] then { } else merge given)
        else if isOption options.${name} then
          (if options.${name}.type.check value then value else throw "${shown} is not of type ${options.${name}.type.name}")
        else
          settle (path ++ [ name ]) options.${name} (concatMap pushed (under name parts))
      );
    evalModules =
      { modules, specialArgs ? { } }:
      let
        loaded = map (module: if isFunction module then module ({ inherit config lib; } // specialArgs) else module) modules;
        options = merge (map (module: module.options or { }) loaded);
        parts = concatMap (module: pushed (module.config or (removeAttrs module [ "options" "imports" ]))) loaded;
        config = settle [ ] options parts;
      in
      { inherit config options; };
  };
in
lib
