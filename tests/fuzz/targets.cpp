// See targets.hpp. Differential where it can be: the same bytes in other pieces, twice, or there and back again.
#include "fuzz/targets.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cause/diagnosis.hpp"
#include "event/snapshot.hpp"
#include "format/failure.hpp"
#include "format/line.hpp"
#include "redact/redact.hpp"
#include "report/writers.hpp"
#include "rule/builtin.hpp"
#include "rule/load.hpp"
#include "rule/yaml.hpp"
#include "scan/bundle.hpp"
#include "scan/scan.hpp"
#include "scan/source_scan.hpp"
#include "source/archive.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

void hold(bool condition, const char* what) {
    if (!condition) throw std::logic_error(std::string("does not hold: ") + what);
}

const RuleSet& all_rules() {
    static const RuleSet set = builtin_rules();
    return set;
}

const Plan& all_literals() {
    static const Plan plan(all_rules(), builtin_image());
    return plan;
}

// Bytes in memory, handed out at most `piece` at a time.
class PieceStream : public Stream {
public:
    PieceStream(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t part = std::min({size, piece_, bytes_.size()});
        bytes_.copy(buffer, part);
        bytes_.remove_prefix(part);
        return part;
    }

private:
    std::string_view bytes_;
    std::size_t piece_;
};

std::string drain(Stream& stream, std::size_t most = 4U << 20U) {
    bool complete = false;
    return read_all(stream, most, complete);
}

ScannedSource scan_in_pieces(std::string_view bytes, std::size_t piece) {
    static const Limits limits;
    PieceStream stream(bytes, piece);
    PeekStream peeked(stream);
    Source source{"input", {}, peeked};
    return SourceScan(all_literals(), limits, "input").scan(source);
}

bool same(const ScannedSource& a, const ScannedSource& b) {
    const auto counts = [](const SourceSummary& one) { return std::tie(one.format, one.host, one.kind, one.bytes, one.lines, one.kept, one.unreadable, one.events); };
    return counts(a.summary) == counts(b.summary) && a.facts.size() == b.facts.size() &&
           std::equal(a.events.begin(), a.events.end(), b.events.begin(), b.events.end(), [](const Event& x, const Event& y) {
               return std::tie(x.at.line, x.at.offset, x.at.length, x.message, x.said, x.unit, x.host, x.count, x.time.us) ==
                      std::tie(y.at.line, y.at.offset, y.at.length, y.message, y.said, y.unit, y.host, y.count, y.time.us);
           });
}

// Lines add up (a promise of the scan itself), and every event stands inside its source.
void scan_holds(std::string_view bytes) {
    const ScannedSource whole = scan_in_pieces(bytes, bytes.size() + 1);
    for (const Event& event : whole.events) {
        hold(event.at.line >= 1 && event.at.line <= whole.summary.lines, "an event stands on a line of its source");
        hold(event.at.offset + event.at.length <= bytes.size(), "an event stands inside its source");
    }
}

// `head` makes the scan take the bytes for what the target is about.
template <const char* head>
void scan_behind(std::string_view bytes) {
    scan_holds(std::string(head) + std::string(bytes));
}

constexpr char export_head[] = "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1766000000000000\nMESSAGE=error\n\n";
constexpr char verbose_head[] = "Sun 2026-11-22 20:12:10.136403 UTC [s=84d6;i=147;b=1;m=2;t=3;x=4]\n    MESSAGE=error\n";
constexpr char nix_head[] = "building the system configuration...\nerror:\n";
constexpr char internal_head[] = "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: x\"}\n@nix ";
constexpr char actions_head[] = "2026-11-22T20:12:10.1364030Z ##[group]Run actions/checkout@v4\n";
constexpr char klog_head[] = "Nov 22 12:00:00 node-1 kubelet[812]: E1122 12:00:00.000001 812 x.go:1] ";

void fuzz_pieces(std::string_view bytes) {
    if (bytes.empty()) return;
    // the first byte says how small the pieces are
    const std::size_t piece = 1 + static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    hold(same(scan_in_pieces(bytes, bytes.size() + 1), scan_in_pieces(bytes, piece)), "the pieces a source is read in do not show");
}

void fuzz_archive(std::string_view bytes) {
    PieceStream stream(bytes, 4096);
    std::size_t members = 0, given = 0;
    read_archive(stream, [&](const std::string&, Stream& member) {
        given += drain(member, 1U << 20U).size();
        return ++members < 100 && given < (8U << 20U);
    });
}

void fuzz_codec(std::string_view bytes) {
    PieceStream stream(bytes, 512), small(bytes, 7);
    const auto large_steps = decompressor(bytes.substr(0, 512), stream);
    const auto small_steps = decompressor(bytes.substr(0, 512), small);
    if (!large_steps) return;
    hold(drain(*large_steps, 1U << 20U) == drain(*small_steps, 1U << 20U), "the pieces packed data is read in do not show");
}

void fuzz_journal(std::string_view bytes) {
    const auto journal = random_memory(std::string(bytes));
    std::uint64_t seen = 0;
    const JournalOutcome outcome = read_journal(*journal, [](std::string_view) { return true; }, [&](const JournalEntry& entry) {
        ++seen;
        hold(entry.offset + entry.size <= bytes.size(), "a journal entry stands inside its file");
    });
    hold(outcome.entries + outcome.unreadable >= seen, "no entry is visited that is not counted");
    scan_holds(bytes);
}

void fuzz_line(std::string_view bytes) {
    const Line line = decode_line(bytes);
    hold(!contains(line.message, std::string_view("\x1b[", 2)) || contains(bytes, "\\"), "a message has no colours");
    read_failure(line);
    is_tolerated(line);
    ends_in_failure(line);
    tells_error(line);
}

void fuzz_json(std::string_view bytes) {
    const auto value = parse_json(bytes);
    Line line;
    decode_json_line(bytes, line);
    if (!value) return;
    const std::string written = json_line(*value);
    const auto again = parse_json(written, 200);
    hold(again.has_value(), "JSON that was read can be written and read");
    hold(json_line(*again) == written, "JSON written twice is the same");
}

void fuzz_fields(std::string_view bytes) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const std::string_view line : split(bytes, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) fields.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    }
    read_failure(decode_fields(fields));
}

void fuzz_snapshot(std::string_view bytes) {
    ScannedSource out;
    scan_snapshot(bytes, out);
    scan_manifest(bytes, out);
    const auto snapshot = read_snapshot(bytes);
    if (!snapshot) return;
    const auto again = read_snapshot(snapshot_text(*snapshot));
    hold(again.has_value() && snapshot_text(*again) == snapshot_text(*snapshot), "a snapshot written and read is the same");
}

void fuzz_rule(std::string_view bytes) {
    std::vector<Problem> problems;
    const RuleSet set = load_rules({{"local.fuzz", "local/fuzz.yaml", std::string(bytes)}}, {}, problems);
    hold(!set.rules.empty() || !problems.empty(), "a rule file gives a rule or says why it does not");
    join_problems(problems);
}

void fuzz_pattern(std::string_view bytes) {
    const std::size_t end = bytes.find('\n');
    const std::string pattern = expand_pattern(bytes.substr(0, std::min<std::size_t>(end, 300)));
    const std::string_view text = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    const Regex regex(pattern);
    if (!regex.error().empty() || !regex.search(text)) return;
    const Requirements required = requirements_of(pattern, literal_length_min);
    const std::vector<std::string>& literals = required.literals;
    const std::string folded = lower(text);
    hold(holds_each(required.needs, required.cased ? text : folded), "what a pattern matches holds what it needs");
    hold(literals.empty() || std::any_of(literals.begin(), literals.end(), [&](const std::string& one) { return contains(folded, one); }),
         "what a pattern matches holds one of its literals");
}

void fuzz_text(std::string_view bytes) {
    const std::string stripped = strip_terminal(bytes);
    hold(strip_terminal(stripped) == stripped || has_terminal(stripped), "escapes taken out once are out");
    const std::string shown = printable(bytes);
    hold(printable(shown) == shown, "printable text is printable");
    hold(valid_utf8(shown) == shown, "printable text is UTF-8");
    hold(std::none_of(shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }), "printable text holds no control");
    hold(columns(cut_columns(shown, 20)) <= 20, "cut text is as short as asked");
    unescape(bytes);
}

void fuzz_redact(std::string_view bytes) {
    Redactor first, second;
    const std::string once = first.lines(bytes).str();
    hold(second.lines(once).str() == once, "redacted twice is redacted once");
}

Report report_of(std::string_view bytes) {
    const Timeline timeline = scan_text("in\x1b[31mput\n::error::.log", std::string(bytes), all_literals());
    Redactor redactor;
    return summarize(timeline, diagnose(timeline, all_rules()), all_rules(), redactor);
}

void fuzz_report(std::string_view bytes) {
    const Report report = report_of(bytes);
    for (const Writer& writer : writers()) {
        const std::string text = writer.write(report, {});
        hold(valid_utf8(text) == text, "a report is UTF-8");
        hold(std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; }), "a report holds no control");
        hold(writer.write(report, {}) == text, "the same report is the same bytes");
    }
}

// Outside fences the lines of Markdown are ours, and ours never begin a workflow command or HTML.
void fuzz_markdown(std::string_view bytes) {
    const std::string text = write_markdown(report_of(bytes), {});
    std::string fence;
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view start = trim(line);
        const std::size_t ticks = std::min(start.find_first_not_of('`'), start.size());
        if (!fence.empty()) {
            if (ticks >= fence.size() && ticks == start.size()) fence.clear();
            continue;
        }
        if (ticks >= 3) fence.assign(ticks, '`');
        hold(start.substr(0, 2) != "::" && start.substr(0, 3) != "##[" && start.substr(0, 1) != "<", "a log starts nothing in Markdown");
    }
    hold(fence.empty(), "every fence is closed");
}

void fuzz_json_report(std::string_view bytes) {
    const Report report = report_of(bytes);
    const std::string text = write_json(report, {});
    const auto read = parse_json(text, 200);
    hold(read.has_value(), "the JSON report is JSON");
    hold(json_pretty(*read) == text, "the JSON report read back is the same");
    const std::string lines = write_jsonl(report, {});
    for (const std::string_view line : split(trim_right(lines), '\n')) hold(parse_json(line, 200).has_value(), "each line of the report is JSON");
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
    static const std::vector<FuzzTarget> table{
        {"archive", "tar, zip, 7z, cpio and what else is unpacked", fuzz_archive},
        {"codec", "gzip, zstd and xz, in large and small pieces", fuzz_codec},
        {"journal", "binary journal files", fuzz_journal},
        {"export", "journalctl -o export", scan_behind<export_head>},
        {"verbose", "journalctl -o verbose", scan_behind<verbose_head>},
        {"text", "a log of any kind", scan_holds},
        {"pieces", "a log read in other pieces gives the same", fuzz_pieces},
        {"line", "one line and the failure it reports", fuzz_line},
        {"klog", "klog behind syslog", scan_behind<klog_head>},
        {"nix", "error blocks of nix", scan_behind<nix_head>},
        {"internal-json", "nix --log-format internal-json", scan_behind<internal_head>},
        {"actions", "logs of GitHub Actions", scan_behind<actions_head>},
        {"fields", "the fields of a journal record", fuzz_fields},
        {"json", "JSON of any kind, there and back again", fuzz_json},
        {"snapshot", "snapshots and manifests of a bundle", fuzz_snapshot},
        {"rule", "rule files", fuzz_rule},
        {"pattern", "patterns against their own literals", fuzz_pattern},
        {"characters", "escapes, UTF-8, columns", fuzz_text},
        {"redact", "redacted twice is redacted once", fuzz_redact},
        {"report", "the whole program behind the files, every format", fuzz_report},
        {"markdown", "fences are closed, nothing is active outside", fuzz_markdown},
        {"json-report", "the JSON reports read back", fuzz_json_report},
    };
    return table;
}

}  // namespace nixwhy
