# nixwhy for Nix: package, overlay, app, module, checks, development shell.
{
  description = "Says why a NixOS rebuild or a Kubernetes node on NixOS failed";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      overlays.default = final: prev: {
        nixwhy = final.callPackage ./packaging/nix/package.nix { };
      };

      packages = each (pkgs: rec {
        nixwhy = pkgs.callPackage ./packaging/nix/package.nix { };
        default = nixwhy;
      });

      apps = each (pkgs: {
        default = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.nixwhy}/bin/nixwhy";
        };
      });

      nixosModules.default = import ./packaging/nix/module.nix self;

      checks = each (pkgs: {
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.nixwhy;
        on-failure = pkgs.callPackage ./packaging/nix/vm-test.nix { module = self.nixosModules.default; };
      });

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.nixwhy ];
          packages = [
            pkgs.ccache
            pkgs.clang-tools
            pkgs.ripgrep
          ];
        };
      });
    };
}
