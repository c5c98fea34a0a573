// Where to look: the innermost position outside nixpkgs, in the layouts of all versions of nix.

#include "report/place.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {

std::string place(std::string_view text) {
    const auto position = own_position(text);
    if (!position) return "none";
    return position->path + ":" + std::to_string(position->line) + (position->in_repository ? " in the repository" : "");
}

}  // namespace

TEST_CASE("the trace before the error ends in the user's file") {
    CHECK(place("error:\n       … while evaluating the option `system.build.toplevel':\n\n"
                "         at /nix/store/lv9bmgm6v1wc3fiz00v29gi4rk13ja6l-source/lib/modules.nix:809:9:\n\n"
                "       … while evaluating the attribute 'nixosConfigurations.a'\n\n         at /nix/store/0c3fiz00v29gi4rk13ja6llv9bmgm6v1-source/flake.nix:30:7:\n\n"
                "       error: undefined variable 'foo'\n\n       at /nix/store/0c3fiz00v29gi4rk13ja6llv9bmgm6v1-source/hosts/a.nix:12:5:\n") == "hosts/a.nix:12 in the repository");
}

TEST_CASE("the trace behind the error begins there") {
    CHECK(place("error: undefined variable 'foo'\n\n       at /etc/nixos/configuration.nix:12:5:\n\n           11|   x = 1;\n\n"
                "… while evaluating 'f'\n\n       at /etc/nixos/flake.nix:3:1:\n") == "/etc/nixos/configuration.nix:12");
    CHECK(place("error: attribute 'x' missing\n\n       at /nix/store/lv9bmgm6v1wc3fiz00v29gi4rk13ja6l-source/lib/attrsets.nix:20:5:\n\n"
                "… while evaluating the attribute 'y'\n\n       at /etc/nixos/b.nix:3:1:\n") == "/etc/nixos/b.nix:3");
}

TEST_CASE("nix before 2.4 writes it into the line") {
    CHECK(place("error: while evaluating the attribute 'system' at /etc/nixos/a.nix:3:5:\nwhile evaluating 'f' at "
                "/nix/var/nix/profiles/per-user/root/channels/nixos/lib/modules.nix:42:20, called from /etc/nixos/a.nix:1:1:\nundefined variable 'foo' at /etc/nixos/b.nix:9:1") ==
          "/etc/nixos/b.nix:9");
}

TEST_CASE("nixpkgs is known by its files, whatever its folder, and another tree may have folders of the same names") {
    CHECK(place("error: x\n at «github:NixOS/nixpkgs/5e2a59a5b1a82f89f2c7e598302a9cacebb72a67»/lib/modules.nix:515:28:\n") == "none");
    CHECK(place("error: x\n at /root/nixpkgs/pkgs/top-level/all-packages.nix:5:28:\n") == "none");
    CHECK(place("error:\n … while evaluating\n at «github:NixOS/nixpkgs/5e2a59a»/lib/modules.nix:515:28:\n error: y\n at «git+file:///root/cfg»/lib/hosts.nix:7:1:\n") ==
          "lib/hosts.nix:7 in the repository");
    CHECK(place("error: x\n at <nix/derivation-internal.nix>:37:12:\n") == "none");
    CHECK(place("error: x\n at /builtin/derivation.nix:37:12:\n") == "none");
}

TEST_CASE("a definition that the module system names is a place without a line") {
    CHECK(place("error: The option `services.foo' does not exist. Definition values:\n       - In `/nix/store/0c3fiz00v29gi4rk13ja6llv9bmgm6v1-source/hosts/a.nix': true") ==
          "hosts/a.nix:0 in the repository");
    CHECK(place("error: The option `networking.hostName' has conflicting definition values:\n       - In `/etc/nixos/a.nix': \"a\"\n       - In `/etc/nixos/b.nix': \"b\"") == "/etc/nixos/a.nix:0");
    CHECK(place("the disk is full") == "none");
}
