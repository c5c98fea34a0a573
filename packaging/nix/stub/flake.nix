# As much of nixpkgs as it takes to evaluate our flake and module without a network: names and types, no packages.
{
  outputs =
    { self }:
    let
      lib = import ./lib.nix;
      pkgs = system: import ./pkgs.nix { inherit lib system; };
    in
    {
      lib = lib // {
        # A machine of which only what our module touches is there.
        nixosSystem =
          { modules, system ? "x86_64-linux" }:
          lib.evalModules {
            modules = modules ++ [ { config.systemd.package = (pkgs system).systemd; } ];
            specialArgs.pkgs = pkgs system;
          };
      };
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgs;
    };
}
