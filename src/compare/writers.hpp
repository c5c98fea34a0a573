// Formats of a comparison, and of the difference of two environments. One row each in writers.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/environments.hpp"
#include "report/writers.hpp"

namespace nixwhy {

struct ComparisonWriter {
    const char* name;
    std::string (*comparison)(const Comparison&, const WriteOptions&);  // null where there is none
    std::string (*environments)(const Environments&, const WriteOptions&);
};

const std::vector<ComparisonWriter>& comparison_writers();
const ComparisonWriter* find_comparison_writer(std::string_view name);

std::string write_comparison_terminal(const Comparison& comparison, const WriteOptions& options);
std::string write_comparison_markdown(const Comparison& comparison, const WriteOptions& options);
std::string write_comparison_html(const Comparison& comparison, const WriteOptions& options);
std::string write_comparison_json(const Comparison& comparison, const WriteOptions& options);
std::string write_environments_terminal(const Environments& environments, const WriteOptions& options);
std::string write_environments_markdown(const Environments& environments, const WriteOptions& options);
std::string write_environments_html(const Environments& environments, const WriteOptions& options);
std::string write_environments_json(const Environments& environments, const WriteOptions& options);

// The differences of the first pair as facts of the first side (`differs:NAME`), for `nixwhy explain` beside a failed log.
std::string write_environments_snapshot(const Environments& environments, const WriteOptions& options);

}  // namespace nixwhy
