// Replays the kept inputs of every fuzz target, so that what was found once stays found without a fuzzer.
#include "fuzz/targets.hpp"

#include <filesystem>

#include "support.hpp"

using namespace nixwhy;

TEST_CASE("every fuzz target holds on its kept inputs") {
    for (const FuzzTarget& target : fuzz_targets()) {
        const std::string folder = root + "/tests/fuzz/corpus/" + target.name;
        REQUIRE_MESSAGE(std::filesystem::is_directory(folder), target.name, " has no kept inputs in ", folder);
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            CHECK_NOTHROW_MESSAGE(target.run(read_file(entry.path().string())), entry.path().string());
        }
    }
}
