// The entry that libFuzzer calls. NIXWHY_TARGET names the row of targets.cpp.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fuzz/targets.hpp"

namespace {

const nixwhy::FuzzTarget& chosen() {
    const char* name = std::getenv("NIXWHY_TARGET");
    for (const nixwhy::FuzzTarget& target : nixwhy::fuzz_targets()) {
        if (name != nullptr && std::strcmp(target.name, name) == 0) return target;
    }
    std::fputs("NIXWHY_TARGET names none of:", stderr);
    for (const nixwhy::FuzzTarget& target : nixwhy::fuzz_targets()) std::fprintf(stderr, " %s", target.name);
    std::fputs("\n", stderr);
    std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const nixwhy::FuzzTarget& target = chosen();
    target.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
