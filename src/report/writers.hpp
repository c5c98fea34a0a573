// All report formats, one row each. To add one: a file here, a row in writers.cpp, a golden in tests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace nixwhy {

struct WriteOptions {
    std::size_t width = 100;  // columns of the terminal
    std::size_t height = 24;  // and its lines; an ordinary report fills no more
    bool color = false;
    bool quiet = false;
    std::size_t bytes_max = 64'000;  // of markdown: what fits an issue, in characters and bytes, with room for own words
    std::string link_folder;  // where relative source names lie; empty: no links
};

struct Writer {
    const char* name;
    const char* about;
    std::string (*write)(const Report&, const WriteOptions&);
};

const std::vector<Writer>& writers();
const Writer* find_writer(std::string_view name);

std::string write_terminal(const Report& report, const WriteOptions& options);
std::string write_markdown(const Report& report, const WriteOptions& options);
std::string write_json(const Report& report, const WriteOptions& options);
std::string write_jsonl(const Report& report, const WriteOptions& options);
std::string write_html(const Report& report, const WriteOptions& options);
std::string write_github(const Report& report, const WriteOptions& options);
std::string write_sarif(const Report& report, const WriteOptions& options);
std::string write_junit(const Report& report, const WriteOptions& options);

}  // namespace nixwhy
