# As much of nixpkgs as it takes to evaluate our flake and module without a network: names and types, no packages.
{
  outputs =
    { self }:
    let
      lib = import ./lib.nix;
      pkgs = system: import ./pkgs.nix { inherit lib system; };
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgs;
    };
}
