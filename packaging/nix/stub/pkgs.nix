# Packages that are only names: building one fails, evaluating one does not.
{ lib, system }:
let
  named = name: derivation { inherit name system; builder = "/stub"; };
  pkgs = {
    inherit lib system;
    stdenv.mkDerivation =
      arguments:
      (derivation {
        inherit system;
        name = "${arguments.pname}-${arguments.version}";
        builder = "/stub";
        src = arguments.src;
        inputs = arguments.nativeBuildInputs ++ arguments.buildInputs;
      })
      // { inherit (arguments) meta version; };
    mkShell = arguments: (named "shell") // { inherit (arguments) packages; };
    testers.runNixOSTest = test: (named "vm-test-${test.name}") // { inherit (test) nodes; };
    callPackage = path: arguments: (import path) (builtins.intersectAttrs (builtins.functionArgs (import path)) (pkgs // arguments));
  } // lib.genAttrs [
    "ccache" "clang-tools" "cli11" "cmake" "coreutils" "doctest" "fmt" "go-md2man" "libarchive" "libyaml" "lz4" "mbedtls"
    "ninja" "nlohmann_json" "pkg-config" "re2" "ripgrep" "systemd" "vectorscan" "xz" "zlib" "zstd"
  ] named;
in
pkgs
