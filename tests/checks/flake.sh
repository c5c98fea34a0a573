# The flake and the NixOS module, evaluated with Debian's nix against names that stand in for nixpkgs: every output, the
# module's options, what it sets, and that a wrong option is refused. Nothing is built.
set -euo pipefail
. tools/setup.sh
install nix-bin git
home=$(mktemp -d)
trap 'chmod -R u+w "$home"; rm -rf "$home"' EXIT
export HOME=$home NIX_REMOTE="local?root=$home/root" NIX_CONFIG="experimental-features = nix-command flakes
sandbox = false
build-users-group ="
here=$(mktemp -d -p "$home")
git ls-files -z --cached --others --exclude-standard | tar --null -cf - -T - | tar -xf - -C "$here"
with=(--override-input nixpkgs "path:$here/packaging/nix/stub" --no-write-lock-file --no-update-lock-file)
nix flake check --no-build "${with[@]}" "path:$here"
passed=1

# check EXPRESSION WANTED: the expression sees `nixos MODULE`, which gives the config.
check() {
  local got
  got=$(nix eval --impure --json --expr "
    let
      stub = builtins.getFlake \"path:$here/packaging/nix/stub\";
      lib = stub.lib;
      pkgs = stub.legacyPackages.x86_64-linux;
      flake.packages.x86_64-linux.nixwhy = pkgs.callPackage $here/packaging/nix/package.nix { };
      nixos = module: (lib.evalModules {
        modules = [ (import $here/packaging/nix/module.nix flake) module { config.systemd.package = pkgs.systemd; } ];
        specialArgs = { inherit pkgs; };
      }).config;
    in $1" 2>"$home/error") || got="error: $(grep -o 'error: .*' "$home/error" | tail -n 1)"
  [ "$got" = "$2" ] || { echo "wanted $2"; echo "got    $got"; cat "$home/error"; exit 1; }
  passed=$((passed + 1))
}
check '(nixos { }).systemd.services or { }' '{}'
check 'builtins.length (nixos { programs.nixwhy.enable = true; }).environment.systemPackages' 1
check '(nixos { services.nixwhy = { enable = true; watchUnits = [ "kubelet" ]; }; }).systemd.services.kubelet.onFailure' '["nixwhy-report@%n.service"]'
check '(nixos { services.nixwhy.enable = true; }).systemd.units."nixos-rebuild-switch-to-configuration.service".overrideStrategy' '"asDropin"'
check '(nixos { services.nixwhy = { enable = true; onSwitchFailure = false; }; }).systemd.units or { }' '{}'
check '(nixos { services.nixwhy = { enable = true; keep = 7; }; }).systemd.services."nixwhy-report@".environment.NIXWHY_KEEP' '"7"'
check '(builtins.fromJSON (nixos { programs.nixwhy = { enable = true; rules.site.vpn.title = "down"; }; }).environment.etc."nixwhy/rules/site/vpn.json".text).title' '"down"'
check '(nixos { services.nixwhy = { enable = true; watchUnit = [ ]; }; }).services.nixwhy' 'error: error: services.nixwhy.watchUnit is no option'
check '(nixos { services.nixwhy = { enable = true; keep = 0; }; }).services.nixwhy.keep' 'error: error: services.nixwhy.keep is not of type positive'

# What the package is built from: all of the project but folders a build has made.
mkdir "$here/build-of-somebody"
kept() { check "builtins.pathExists (flake.packages.x86_64-linux.nixwhy.src + \"/$1\")" "$2"; }
kept rules/build/builder-failed.yaml true
kept build-of-somebody false

# Every library that the Debian build installs is an input of the package of nixpkgs, too.
nixpkgs_name() {
  case $1 in
    g++) echo stdenv ;;
    ninja-build) echo ninja ;;
    libre2-dev) echo re2 ;;
    nlohmann-json3-dev) echo nlohmann_json ;;
    libcli11-dev) echo cli11 ;;
    zlib1g-dev) echo zlib ;;
    liblzma-dev) echo xz ;;
    lib*-dev) name=${1#lib} && echo "${name%-dev}" ;;
    *) echo "$1" ;;
  esac
}
for package in $packages; do
  [ "$package" = doctest-dev ] && continue  # tests are not built there
  name=$(nixpkgs_name "$package")
  grep -qE "^  (lib)?$name,\$" packaging/nix/package.nix || { echo "$package of tools/setup.sh has no input '$name' in packaging/nix/package.nix"; exit 1; }
done
passed=$((passed + 1))
echo "$passed passed, 0 failed"
