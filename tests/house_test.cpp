// The house keeps its order by itself: floors, one door for each library, sizes.
#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.hpp"
#include "format/failure.hpp"
#include "report/version.hpp"
#include "support.hpp"

using namespace nixwhy;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> sources() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(root + "/src")) {
        if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") files.push_back(entry.path());
    }
    return files;
}

const std::map<std::string, int> floors{{"base", 0}, {"event", 1}, {"source", 2}, {"format", 3}, {"rule", 3}, {"scan", 4}, {"cause", 5}, {"redact", 5}, {"report", 6}, {"collect", 6}, {"compare", 7}, {"triage", 7}, {"cli", 8}};

}  // namespace

TEST_CASE("a room includes only rooms of lower floors, and itself") {
    for (const fs::path& file : sources()) {
        const std::string room = file.parent_path().filename().string();
        if (room == "src") continue;
        REQUIRE_MESSAGE(floors.count(room) == 1, file.string(), " stands in no known room");
        const std::string text = read_file(file.string());
        for (const std::string_view line : split(text, '\n')) {
            std::string_view rest = line;
            if (!take_prefix(rest, "#include \"")) continue;
            const std::string other(rest.substr(0, rest.find('/')));
            if (!contains(rest, "/") || other == room) continue;
            REQUIRE_MESSAGE(floors.count(other) == 1, file.string(), ": ", std::string(line));
            CHECK_MESSAGE(floors.at(other) < floors.at(room), file.string(), " includes upwards: ", std::string(line));
        }
    }
}

TEST_CASE("each library has one door") {
    const std::map<std::string, std::vector<std::string>> doors{
        {"<re2/", {"regex.cpp"}},        {"<nlohmann/", {"json.hpp"}}, {"<archive", {"archive.cpp", "pack.cpp"}}, {"<yaml.h>", {"yaml.cpp"}},
        {"<mbedtls/", {"hash.cpp", "certificate.cpp"}},
        {"<CLI/", {"options.cpp"}},      {"<hs/", {"literals.cpp"}},   {"<zlib.h>", {"decompress.cpp"}},
        {"<zstd.h>", {"decompress.cpp", "journal_file.cpp"}}, {"<lzma.h>", {"decompress.cpp", "journal_file.cpp"}}, {"<lz4.h>", {"journal_file.cpp"}}};
    for (const fs::path& file : sources()) {
        const std::string text = read_file(file.string());
        for (const auto& door : doors) {
            const std::string& header = door.first;  // clang 14 captures no structured bindings
            const std::vector<std::string>& allowed = door.second;
            if (!contains(text, "#include " + header)) continue;
            const std::string name = file.filename().string();
            CHECK_MESSAGE(std::find(allowed.begin(), allowed.end(), name) != allowed.end(), name, " includes ", header);
        }
    }
}

TEST_CASE("programs are started in two files alone") {
    for (const fs::path& file : sources()) {
        const std::string name = file.filename().string();
        if (name == "process.cpp" || name == "launch.cpp") continue;
        const std::string text = read_file(file.string());
        for (const char* call : {"fork(", "execv", "posix_spawn", "popen(", "system("}) {
            CHECK_MESSAGE((!contains(text, std::string("::") + call) && !contains(text, std::string(" ") + call)), name, " starts programs: ", call);
        }
    }
}

TEST_CASE("the version stands the same in both places") {
    CHECK(contains(read_file(root + "/CMakeLists.txt"), std::string("project(nixwhy VERSION ") + version_text + " "));
}

TEST_CASE("rules ask only for classes of failure that are read") {
    const std::vector<std::string> known = failure_results();
    for (const FailureQuery& query : rules().failure_queries) {
        CHECK_MESSAGE((query.result.empty() || std::find(known.begin(), known.end(), query.result) != known.end()), query.result);
    }
}

TEST_CASE("files stay readable") {
    for (const fs::path& file : sources()) {
        const std::string text = read_file(file.string());
        const auto lines = std::count(text.begin(), text.end(), '\n');
        CHECK_MESSAGE(lines <= (file.extension() == ".hpp" ? 200 : 400), file.string(), " has ", lines, " lines");
        CHECK_MESSAGE((text.substr(0, 3) == "// "), file.string(), " does not open with what lives in it");
        CHECK_MESSAGE(!contains(text, "\t"), file.string(), " holds a tab");
    }
}

TEST_CASE("no calls and no ownership that go wrong in silence") {
    const Regex unsafe(R"((?:\b(?:strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|alloca|system|popen|tmpnam|mktemp)\()"
                       R"(|\bstd::(?:stoi|stol|stoul|stoull|stod)\(|[=(,]\s*new\s+[A-Za-z_]|\bdelete\s+[a-z_]|\breturn new\b|\b(?:malloc|calloc|realloc)\()");
    for (const fs::path& file : sources()) {
        const std::string text = read_file(file.string());
        for (const std::string_view line : split(text, '\n')) {
            const std::string_view code = line.substr(0, line.find("//"));
            CHECK_MESSAGE(!unsafe.search(code), file.string(), ": ", std::string(line));
        }
    }
}

TEST_CASE("nothing in the project names the place it was made in") {
    for (const char* folder : {"src", "tests", "tools", "docs", "rules"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root + "/" + folder)) {
            if (!entry.is_regular_file() || entry.path().filename() == "house_test.cpp") continue;
            const std::string text = read_file(entry.path().string());
            CHECK_MESSAGE(!contains(text, "/work/main"), entry.path().string());
            CHECK_MESSAGE(!contains(text, "shared/corpus'"), entry.path().string());
        }
    }
}

TEST_CASE("no built program lies between the sources") {
    for (const auto& top : fs::directory_iterator(root)) {
        const std::string name = top.path().filename().string();
        if (name == ".git" || name.starts_with("build")) continue;
        std::vector<fs::path> files;
        if (top.is_regular_file()) files.push_back(top.path());
        if (top.is_directory()) {
            for (const auto& entry : fs::recursive_directory_iterator(top.path())) {
                if (entry.is_regular_file()) files.push_back(entry.path());
            }
        }
        for (const fs::path& file : files) CHECK_MESSAGE(read_file(file.string()).substr(0, 4) != "\x7f" "ELF", file.string());
    }
}
