// Writes logs of CI runs as a system for many projects makes them, from a seed: the same arguments give the same bytes.
//   bench_generate_ci DIR COUNT SEED
// DIR gets COUNT logs, a thousand in each folder, of 20 KB on average, and beside it DIR.truth, a line for each log:
// its name, a blank, and what failed in it: `-` for nothing, `cause-N` for one of 300 failures that rules explain, or
// `unknown-N` for one of 40 that none does. Names, hashes, paths, hosts and times differ from log to log.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {}
    std::uint64_t next() {
        state_ ^= state_ << 13U, state_ ^= state_ >> 7U, state_ ^= state_ << 17U;
        return state_ * 0x2545F4914F6CDD1DULL;
    }
    std::size_t below(std::size_t count) { return static_cast<std::size_t>((next() >> 11U) % count); }

private:
    std::uint64_t state_;
};

constexpr std::array<std::string_view, 30> words{"alder", "birch", "cedar", "delta", "ember", "flint", "grove", "heron", "iris", "juniper", "kestrel", "larch", "maple", "nettle", "osprey",
                                                 "poplar", "quartz", "raven", "sorrel", "teal", "umber", "vesper", "willow", "yarrow", "zephyr", "basalt", "copper", "dune", "fjord", "gale"};
constexpr std::array<std::string_view, 10> things{"alpha-server", "bravo-tools", "charlie-ui", "delta-agent", "echo-proxy", "foxtrot-db", "golf-queue", "hotel-cache", "india-auth", "juliet-mail"};

// In the texts: {T} the thing that fails, {w} a word, {s} a store hash, {h} hex digits, {d} a number, {b} base64. Each line of a
// text is a line of the log. The thing stands where the message names what fails.
constexpr std::array<std::string_view, 30> causes{
    "error: hash mismatch in fixed-output derivation '/nix/store/{s}-{T}-source.drv':\n         specified: sha256-{b}=\n            got:    sha256-{b}=",
    "error: attribute '{T}' missing\n\n       at /nix/store/{s}-source/flake.nix:{d}:9:",
    "error: undefined variable '{T}'\n\n       at /nix/store/{s}-source/hosts/{w}.nix:{d}:5:",
    "error: The option `services.{T}' does not exist. Definition values:\n       - In `/nix/store/{s}-source/hosts/{w}.nix': true",
    "error: flake 'git+file:///build/source' does not provide attribute 'packages.x86_64-linux.{T}'",
    "error: Package '{T}-1.{d}' in /nix/store/{s}-source/pkgs/by-name/{T}/package.nix:{d} has an unfree license ('unfree'), refusing to evaluate.",
    "error: Package '{T}-2.{d}' in /nix/store/{s}-source/pkgs/by-name/{T}/package.nix:{d} is marked as broken, refusing to evaluate.",
    "error: Package '{T}-3.{d}' in /nix/store/{s}-source/pkgs/by-name/{T}/package.nix:{d} is marked as insecure, refusing to evaluate.",
    "error: infinite recursion encountered\n\n       at /nix/store/{s}-source/modules/{T}.nix:{d}:3:",
    "error: syntax error, unexpected '}', expecting ';'\n\n       at /nix/store/{s}-source/modules/{T}.nix:{d}:3:",
    "error: builder for '/nix/store/{s}-{T}-1.0.drv' failed with exit code 2;\n       last 4 log lines:\n       > src/main.c:{d}:10: fatal error: {T}/config.h: No such file or directory\n       > compilation terminated.\n       > make: *** [Makefile:12: main.o] Error 1\n       For full logs, run 'nix log /nix/store/{s}-{T}-1.0.drv'.",
    "error: builder for '/nix/store/{s}-{T}-1.1.drv' failed with exit code 1;\n       last 3 log lines:\n       > applying patch /nix/store/{s}-fix.patch\n       > patching file src/{w}.c\n       > Hunk #1 FAILED at {d}.\n       For full logs, run 'nix log /nix/store/{s}-{T}-1.1.drv'.",
    "error: path '/nix/store/{s}-source/{T}.nix' does not exist",
    "curl: (6) Could not resolve host: {T}.example.org\nerror: unable to download 'https://{T}.example.org/archive.tar.gz': Couldn't resolve host name (6)",
    "error: unable to download 'https://cache.example.org/{T}/{T}-1.tar.gz': HTTP error 404",
    "ssh: Could not resolve hostname {T}: Name or service not known",
    "ssh: connect to host {T} port 22: Connection refused",
    "Failed to start {T}.service.\n{T}.service: Failed to execute command: No such file or directory\n{T}.service: Failed at step EXEC spawning /run/current-system/sw/bin/{T}: No such file or directory",
    "nix-store: error while loading shared libraries: lib{T}.so.1: cannot open shared object file: No such file or directory",
    "bash: line {d}: {T}: command not found",
    "error: cannot find flake 'flake:{T}' in the flake registries",
    "error: 'lib.{T}' is deprecated: this is an assertion of the module\nFailed assertions:\n- services.{T}: a domain must be set",
    "fatal: Remote branch {T} not found in upstream origin",
    "ModuleNotFoundError: No module named '{T}'",
    "npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.npmjs.org/{T} - Not found",
    "error[E0432]: unresolved import `{T}::client`",
    "/nix/store/{s}-binutils/bin/ld: cannot find -l{T}: No such file or directory\ncollect2: error: ld returned 1 exit status",
    "Error: Unable to resolve action `example/{T}@v1`, unable to find version `v1`",
    "Error response from daemon: manifest for registry.example.org/{T}:latest not found: manifest unknown: manifest unknown",
    "error: access to absolute path '/srv/{T}' is forbidden in pure evaluation mode (use '--impure' to override)",
};

// Nothing that any rule has a word for, but plainly failures.
constexpr std::array<std::string_view, 40> unknowns{
    "error: quota plan '{w}-{d}' of tenant {w}.{w} does not allow another seat",
    "FATAL licence ledger for {w}_{d} diverged from its counterpart at entry {d}",
    "ERROR the moon phase table of region {w}{d} ended too early",
    "error: the palette \"{w} {w}\" has no swatch numbered {d}",
    "error: chapter {d} of manual {w}-{w} refers to itself",
    "Error: invoice batch {h} holds two totals that disagree",
    "FATAL: the choir of {w}{d} lost its conductor",
    "error: sprite sheet {w}/{w}.png overlaps tile {d}",
    "ERROR: translation memory for locale {w}_{w} forgot segment {d}",
    "error: kerning pair '{w}' and '{w}' repels by {d} units",
    "Error: the telemetry beacon {h} answers in an alien dialect",
    "error: voucher {h} was redeemed by two baskets",
    "FATAL: waveform '{w}' clips beyond channel {d}",
    "error: the glossary lacks a definition that chapter {d} promises",
    "ERROR: orchard survey {w}-{d} counted a negative tree",
    "error: ballast tank {d} of vessel '{w}' floods the ledger",
    "Error: storyboard {w}{d} skips from dusk to noon",
    "error: loyalty tier \"{w}\" demotes everyone at once",
    "FATAL: tidal model {w}-{w}-{d} drifted ashore",
    "error: recipe '{w} {w}' asks for an unlisted spice",
    "ERROR: seismograph {h} recorded tomorrow",
    "error: the crossword of issue {d} has no vowel left",
    "Error: fleet roster {w}.{w} seats one captain twice",
    "error: cadastral parcel {h} borders nothing",
    "FATAL: the pollen forecast of {w}{d} sneezed",
    "error: stanza {d} of anthem '{w}' rhymes with silence",
    "ERROR: warehouse aisle {w}-{d} folds onto itself",
    "error: the referee of match {h} whistled past midnight",
    "Error: gemstone catalogue {w}/{d} grades coal as sapphire",
    "error: railway timetable {w}{d} departs before arrival",
    "FATAL: beehive {h} elected rival queens",
    "error: hologram '{w}' casts a shadow on layer {d}",
    "ERROR: parade route {w}-{w} crosses its own marching band",
    "error: the almanac repeats winter for zone {d}",
    "Error: museum exhibit {h} lent itself abroad",
    "error: sonar echo {d} precedes ping \"{w}\"",
    "FATAL: calligraphy stroke {w}{d} left the parchment",
    "error: marathon bib {d} finished without starting",
    "ERROR: lighthouse {w}.{w} blinks in prime intervals",
    "error: puppet theatre '{w}' tangled curtain {d}",
};

constexpr std::array<std::string_view, 14> filler{
    "copying path '/nix/store/{s}-{w}-1.{d}' from 'https://cache.nixos.org'...",
    "building '/nix/store/{s}-{w}-{w}-0.{d}.drv'...",
    "{w}> unpacking source archive /nix/store/{s}-source",
    "{w}> source root is source",
    "{w}> gcc -O2 -c -o {w}_{w}.o src/{w}/{w}_{w}.c -Iinclude -DVERSION=1.{d}",
    "{w}> [{d}/400] Building CXX object lib/CMakeFiles/{w}.dir/{w}_{w}.cpp.o",
    "{w}> checking whether the linker accepts -Wl,--{w}... yes",
    "{w}> installing to /nix/store/{s}-{w}-1.{d}/share/doc/{w}/{w}.html",
    "{w}>    Compiling {w}-{w} v0.{d}.1 (/build/source/crates/{w})",
    "{w}> shrinking RPATHs of ELF executables and libraries in /nix/store/{s}-{w}-1.{d}",
    "npm http fetch GET 200 https://registry.npmjs.org/{w}-{w} {d}ms (cache hit)",
    "  {w}/{w}/{w}-{d}.txt | {d} ++++----",
    "Downloading {w}_{w}-2.{d}-py3-none-any.whl ({d} kB)",
    "ok {d} - {w} keeps its {w} after a restart",
};

std::string pick(Random& random, std::string_view alphabet, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += alphabet[random.below(alphabet.size())];
    return out;
}

std::string filled(std::string_view text, std::string_view thing, Random& random) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '{' || i + 2 >= text.size() || text[i + 2] != '}') {
            out += text[i];
            continue;
        }
        switch (text[i + 1]) {
            case 'T': out += thing; break;
            case 'w': out += words[random.below(words.size())]; break;
            case 's': out += pick(random, "0123456789abcdfghijklmnpqrsvwxyz", 32); break;
            case 'h': out += pick(random, "0123456789abcdef", 12); break;
            case 'b': out += pick(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 43); break;
            default: out += std::to_string(1 + random.below(400)); break;
        }
        i += 2;
    }
    return out;
}

// Lines with the times of a runner before them.
class Log {
public:
    Log(Random& random, std::uint64_t second) : random_(random), tenths_(second * 10) {}
    void add(std::string_view text) {
        for (std::size_t from = 0; from <= text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            tenths_ += random_.below(6);
            char stamp[40];
            const std::uint64_t second = tenths_ / 10;
            std::snprintf(stamp, sizeof stamp, "2026-11-%02uT%02u:%02u:%02u.%u000000Z ", 1 + static_cast<unsigned>(second / 86400) % 28, static_cast<unsigned>(second / 3600 % 24), static_cast<unsigned>(second / 60 % 60),
                          static_cast<unsigned>(second % 60), static_cast<unsigned>(tenths_ % 10));
            bytes += stamp;
            bytes.append(text.substr(from, end - from)) += '\n';
            from = end + 1;
        }
    }
    std::string bytes;

private:
    Random& random_;
    std::uint64_t tenths_;
};

}  // namespace

int main(int count, char** values) {
    if (count != 4) {
        std::fputs("usage: bench_generate_ci DIR COUNT SEED\n", stderr);
        return 2;
    }
    const std::string folder = values[1];
    const std::size_t logs = std::strtoull(values[2], nullptr, 10);
    Random random(std::strtoull(values[3], nullptr, 10));
    std::FILE* truth = std::fopen((folder + ".truth").c_str(), "w");
    if (truth == nullptr) return 1;
    for (std::size_t i = 0; i < logs; ++i) {
        char name[64];
        std::snprintf(name, sizeof name, "%04zu/run-%06zu.log", i / 1000, i);
        if (i % 1000 == 0) std::filesystem::create_directories(folder + "/" + std::string(name).substr(0, 4));
        // one run in five is fine, one in ten fails as nobody knows it; some causes are far more common than others
        const std::size_t kind = random.below(10);
        const std::size_t cause = std::min(random.below(causes.size() * things.size()), random.below(causes.size() * things.size()));
        const std::size_t unknown = random.below(unknowns.size());
        Log log(random, random.below(27 * 86400));
        log.add("##[group]Run nix build --print-build-logs .#" + std::string(words[random.below(words.size())]));
        log.add("##[endgroup]");
        const std::size_t lines = 20 + random.below(350);
        for (std::size_t line = 0; line < lines; ++line) log.add(filled(filler[random.below(filler.size())], "", random));
        std::string what = "-";
        if (kind == 0) {
            what = "unknown-" + std::to_string(unknown);
            log.add(filled(unknowns[unknown], "", random));
        } else if (kind > 2) {
            what = "cause-" + std::to_string(cause);
            log.add(filled(causes[cause / things.size()], things[cause % things.size()], random));
        }
        if (what != "-") log.add("##[error]Process completed with exit code 1.");
        else log.add("Post job cleanup.");
        std::FILE* file = std::fopen((folder + "/" + name).c_str(), "w");
        if (file == nullptr || std::fwrite(log.bytes.data(), 1, log.bytes.size(), file) != log.bytes.size() || std::fclose(file) != 0) return 1;
        std::fprintf(truth, "%s %s\n", name, what.c_str());
    }
    return std::fclose(truth) == 0 ? 0 : 1;
}
