// The table of formats.
#include "report/writers.hpp"

namespace nixwhy {

const std::vector<Writer>& writers() {
    static const std::vector<Writer> table{
        {"terminal", "for reading, the default", write_terminal},
        {"markdown", "for an issue or a post-mortem, at most 65,536 characters", write_markdown},
        {"json", "for programs, see docs/report.schema.json", write_json},
        {"jsonl", "one run line, then one finding a line", write_jsonl},
        {"html", "one page with a chart, for a browser and for paper", write_html},
        {"github", "for a GitHub workflow: errors of the run, and its step summary", write_github},
        {"sarif", "SARIF 2.1.0, for code scanning", write_sarif},
        {"junit", "JUnit XML, for test reports of CI", write_junit},
    };
    return table;
}

const Writer* find_writer(std::string_view name) {
    for (const Writer& writer : writers()) {
        if (writer.name == name) return &writer;
    }
    return nullptr;
}

}  // namespace nixwhy
