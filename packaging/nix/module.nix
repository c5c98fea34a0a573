# The NixOS module: the program with rules of your own, and reports by themselves when units or a switch fail.
flake:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    mkEnableOption
    mkIf
    mkMerge
    mkOption
    types
    ;
  program = config.programs.nixwhy;
  service = config.services.nixwhy;

  # { area.name = rule; } becomes /etc/nixwhy/rules/area/name.json. JSON is YAML, so it is a rule file.
  ruleFiles = lib.concatMapAttrs (
    area:
    lib.mapAttrs' (
      name: rule: lib.nameValuePair "nixwhy/rules/${area}/${name}.json" { text = builtins.toJSON rule; }
    )
  ) program.rules;

  # `nixos-rebuild` runs the switch in a transient unit of this name, which takes drop-ins, but no unit file beside it.
  switchUnit = "nixos-rebuild-switch-to-configuration.service";
in
{
  options = {
    programs.nixwhy = {
      enable = mkEnableOption "nixwhy, which says why a rebuild or a node failed";
      package = mkOption {
        type = types.package;
        default = flake.packages.${pkgs.stdenv.hostPlatform.system}.nixwhy;
        defaultText = lib.literalExpression "nixwhy.packages.\${pkgs.stdenv.hostPlatform.system}.nixwhy";
        description = "The nixwhy package to use.";
      };
      rules = mkOption {
        type = types.attrsOf (types.attrsOf types.anything);
        default = { };
        example = lib.literalExpression ''
          {
            site.vpn-down = {
              title = "the VPN to the build cache is down";
              kind = "root";
              when = {
                log = "cache\\.corp\\.example.*(No route to host|timed out)";
              };
              why = "The cache is only reached over the VPN of this site.";
              fix = [ "systemctl restart wg-quick-corp" ];
            };
          }
        '';
        description = ''
          Rules of your own by area and name, in the rule language of nixwhy-rules(7). A rule whose area and name
          are those of a built-in one replaces it.
        '';
      };
    };

    services.nixwhy = {
      enable = mkEnableOption "reports by nixwhy when units or a switch fail";
      watchUnits = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [
          "kubelet"
          "certmgr"
        ];
        description = ''
          Services, without `.service`, that write a report when they fail. The reports are in
          {file}`/var/lib/nixwhy`; the journal of `nixwhy-report@UNIT.service` says which.
        '';
      };
      onSwitchFailure = mkOption {
        type = types.bool;
        default = true;
        description = ''
          Whether a failed `nixos-rebuild switch`, `boot` or `test` writes a report. It needs a nixos-rebuild that
          runs the switch by systemd-run (NixOS 23.11 and later).
        '';
      };
      since = mkOption {
        type = types.str;
        default = "-1h";
        description = "How far back the journal is read, in the form of `journalctl --since`.";
      };
      keep = mkOption {
        type = types.ints.positive;
        default = 50;
        description = "How many reports are kept, the newest.";
      };
    };
  };

  config = mkMerge [
    (mkIf (program.enable || service.enable) {
      environment.systemPackages = [ program.package ];
      environment.etc = ruleFiles;
    })
    (mkIf service.enable {
      # The unit file comes from the package, so that its hardening stands in one place.
      systemd.packages = [ program.package ];
      systemd.services =
        {
          "nixwhy-report@" = {
            overrideStrategy = "asDropin";
            path = [
              program.package
              config.systemd.package
              pkgs.coreutils
            ];
            environment = {
              NIXWHY_SINCE = service.since;
              NIXWHY_KEEP = toString service.keep;
            };
          };
        }
        // lib.genAttrs service.watchUnits (_unit: {
          onFailure = [ "nixwhy-report@%n.service" ];
        });
      # Not systemd.services: that would set PATH and more for the switch, too.
      systemd.units = mkIf service.onSwitchFailure {
        ${switchUnit} = {
          overrideStrategy = "asDropin";
          text = ''
            [Unit]
            OnFailure=nixwhy-report@%n.service
          '';
        };
      };
    })
  ];
}
