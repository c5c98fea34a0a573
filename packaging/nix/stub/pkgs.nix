# Packages that are only names: building one fails, evaluating one does not. What is made by mkDerivation is really built,
# by the compiler and the libraries of the machine, in the steps and with the paths of nixpkgs' hooks for cmake and ninja.
{ lib, system }:
let
  named = name: derivation { inherit name system; builder = "/stub"; };
  pkgs = {
    inherit lib system;
    stdenv = {
      hostPlatform.system = system;
      mkDerivation =
        arguments:
        (derivation {
          inherit system;
          inherit (arguments) src cmakeFlags postInstall;
          name = "${arguments.pname}-${arguments.version}";
          inputs = map (input: input.name) (arguments.nativeBuildInputs ++ arguments.buildInputs); # names, or they would be built
          builder = "/bin/sh";
          args = [
            "-euc"
            ''
              export PATH=/usr/bin:/bin HOME="$PWD" # the compiler cache would make the home folder that must not be there
              cp -r "$src" source && chmod -R u+w source && cd source
              cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$out" \
                -DCMAKE_INSTALL_BINDIR="$out/bin" -DCMAKE_INSTALL_LIBEXECDIR="$out/libexec" \
                -DCMAKE_INSTALL_MANDIR="$out/share/man" -DCMAKE_INSTALL_DOCDIR="$out/share/doc/nixwhy" $cmakeFlags
              ninja -C build
              ninja -C build install
              eval "$postInstall"
            ''
          ];
        })
        // { inherit (arguments) meta version src; };
    };
    mkShell = arguments: (named "shell") // { inherit (arguments) packages; };
    testers.runNixOSTest = test: (named "vm-test-${test.name}") // { inherit (test) nodes; };
    callPackage = path: arguments: (import path) (builtins.intersectAttrs (builtins.functionArgs (import path)) (pkgs // arguments));
  } // lib.genAttrs [
    "ccache" "clang-tools" "cli11" "cmake" "coreutils" "doctest" "fmt" "go-md2man" "libarchive" "libyaml" "lz4" "mbedtls"
    "ninja" "nlohmann_json" "pkg-config" "re2" "ripgrep" "systemd" "vectorscan" "xz" "zlib" "zstd"
  ] named;
in
pkgs
