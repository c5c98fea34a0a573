# The package. Every library is one of nixpkgs; nothing is fetched at build time.
{
  lib,
  stdenv,
  cmake,
  ninja,
  pkg-config,
  go-md2man,
  cli11,
  fmt,
  libarchive,
  libyaml,
  lz4,
  mbedtls,
  nlohmann_json,
  re2,
  vectorscan,
  xz,
  zlib,
  zstd,
}:

stdenv.mkDerivation {
  pname = "nixwhy";
  # One place for the version: the project line of CMakeLists.txt.
  version = builtins.head (builtins.match ".*project\\(nixwhy VERSION ([0-9.]+) .*" (builtins.readFile ../../CMakeLists.txt));

  src = lib.cleanSourceWith {
    src = ../..;
    # build folders at the top, not rules/build
    filter = path: _type: !(dirOf path == toString ../.. && lib.hasPrefix "build" (baseNameOf path));
  };

  nativeBuildInputs = [
    cmake
    ninja
    pkg-config
    go-md2man
  ];
  buildInputs = [
    cli11
    fmt
    libarchive
    libyaml
    lz4
    mbedtls
    nlohmann_json
    re2
    vectorscan
    xz
    zlib
    zstd
  ];

  cmakeFlags = [
    "-DBUILD_TESTING=OFF"
    "-DNIXWHY_STRICT=OFF"
  ];

  # Debian's place for zsh completions is not that of nixpkgs.
  postInstall = ''
    mkdir -p $out/share/zsh
    mv $out/share/zsh/vendor-completions $out/share/zsh/site-functions
  '';

  doCheck = false; # ./test wants Debian's tools; the flake's checks run the package

  meta = {
    description = "Says why a NixOS rebuild or a Kubernetes node on NixOS failed";
    license = lib.licenses.mit;
    platforms = lib.platforms.linux;
    mainProgram = "nixwhy";
  };
}
