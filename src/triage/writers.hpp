// Formats of a triage. One row each in writers.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/writers.hpp"
#include "triage/triage.hpp"

namespace nixwhy {

struct TriageWriter {
    const char* name;
    std::string (*write)(const Triage&, const std::vector<RunRecord>&, const WriteOptions&);
};

const std::vector<TriageWriter>& triage_writers();
const TriageWriter* find_triage_writer(std::string_view name);

std::string write_triage_terminal(const Triage& triage, const WriteOptions& options);
std::string write_triage_markdown(const Triage& triage, const WriteOptions& options);
std::string write_triage_html(const Triage& triage, const WriteOptions& options);

// "34.2%" of all runs.
std::string share_of(const RunGroup& group, const Triage& triage);
// "1,203 runs: 812 explained by 37 causes, 44 unexplained in 9 wordings, 340 without failure, 7 not read"
std::string totals_of(const Triage& triage);

}  // namespace nixwhy
