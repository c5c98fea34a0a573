// The table of commands. To add one: a file here, a row in commands.cpp.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace nixwhy {

const std::vector<Command>& commands();

// `arguments` without the program's name. Returns the exit code; throws Error.
int run_command(const std::vector<std::string>& arguments);

int run_explain(const Options& options);
// Without an INPUT and with a keyboard: collects this machine, now, and makes that the INPUT.
void prepare_explain(Options& options);
int run_collect(const Options& options);
int run_doctor(const Options& options);
int run_record(const Options& options);
int run_compare(const Options& options);
int run_envdiff(const Options& options);
int run_triage(const Options& options);
// With --fan-out: becomes GNU parallel.
void prepare_triage(Options& options);
int run_merge(const Options& options);
int run_redact(const Options& options);
int run_rules_list(const Options& options);
int run_rules_show(const Options& options);
int run_rules_check(const Options& options);
int run_rules_draft(const Options& options);
int run_rules_test(const Options& options);
int run_rules_why_not(const Options& options);

}  // namespace nixwhy
