// A line is read as it stands, without colours, and decoded; what is found in a decoded form is mapped back to the bytes
// it came from.
#include "redact/find.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "redact/encoded.hpp"

namespace nixwhy {

namespace {

constexpr int depth_max = 4;
constexpr std::size_t rows_max = 256;

using Groups = std::vector<std::pair<std::string_view, std::string_view>>;

const Regex& expression(std::size_t row) {
    static std::array<std::once_flag, rows_max> once;
    static std::array<std::unique_ptr<Regex>, rows_max> compiled;
    std::call_once(once[row], [&] {
        std::string pattern = detectors()[row].pattern;
        if (!contains(pattern, "(?P<secret")) pattern = "(?P<secret>" + pattern + ")";
        compiled[row] = std::make_unique<Regex>(pattern);
        NIXWHY_PROMISE(compiled[row]->error().empty());
    });
    return *compiled[row];
}

struct Search {
    std::string_view line;
    Context& context;
    const KnownSecrets* known;
    int depth;
    std::vector<Secret> found;
    std::vector<std::pair<std::string, const char*>> values;

    void rows(const std::vector<Hit>& hits);
    void names(const std::vector<Hit>& hits);
    void containers();
    void through(const Decoded& decoded);
    void run(const std::vector<Hit>& hits);
};

bool has(const std::vector<Hit>& hits, Anchor anchor) {
    return std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.anchor == anchor; });
}

// What a mark says is ours.
bool inside_mark(std::string_view line, std::size_t begin, std::size_t end) {
    const std::size_t mark = line.rfind("[REDACTED:", begin);
    if (mark != std::string_view::npos && line.find(']', mark) >= begin) return true;
    return line.substr(begin, end - begin).find("[REDACTED:") == 0;
}

void Search::rows(const std::vector<Hit>& hits) {
    std::vector<std::uint16_t> wanted;
    for (const Hit& hit : hits) {
        if (hit.anchor < anchor_name) wanted.push_back(hit.anchor);
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const std::uint16_t index : wanted) {
        const std::vector<Secret> own = find_by(index, line);
        found.insert(found.end(), own.begin(), own.end());
    }
}

void Search::names(const std::vector<Hit>& hits) {
    std::size_t done = 0;
    for (const Hit& hit : hits) {
        if (hit.anchor == anchor_name) find_named(line, hit.at, done, context, found);
    }
}

void Search::containers() {
    for (const Container& container : containers_in(line)) {
        Context inner;
        const char* detector = "";
        By by = By::made;
        for (const std::string_view part : split(container.text, '\n')) {
            std::vector<Hit> hits;
            find_anchors(part, hits);
            Search search{part, inner, known, depth + 1, {}, {}};
            search.run(hits);
            if (!search.found.empty()) detector = search.found[0].detector;
            for (const Secret& secret : search.found) by = std::min(by, secret.by);
            values.insert(values.end(), search.values.begin(), search.values.end());
        }
        if (detector[0] != '\0') found.push_back({container.begin, container.end, detector, by});
    }
}

void Search::through(const Decoded& decoded) {
    std::vector<Hit> hits;
    find_anchors(decoded.text, hits);
    Search search{decoded.text, context, known, depth + 1, {}, {}};
    search.run(hits);
    for (const Secret& secret : search.found) found.push_back({decoded.from[secret.begin], decoded.from[secret.end], secret.detector, secret.by});
    values.insert(values.end(), search.values.begin(), search.values.end());
}

// Those that touch become one, named by the one that knows best: rows of the table before names.
void merge(std::vector<Secret>& found) {
    std::sort(found.begin(), found.end(), [](const Secret& a, const Secret& b) { return a.begin < b.begin || (a.begin == b.begin && a.end > b.end); });
    std::vector<Secret> out;
    const auto rank = [](const char* name) {
        const auto& table = detectors();
        return std::find_if(table.begin(), table.end(), [&](const Detector& one) { return one.name == name; }) - table.begin();
    };
    for (const Secret& one : found) {
        if (one.end <= one.begin) continue;
        if (out.empty() || one.begin >= out.back().end) {
            out.push_back(one);
            continue;
        }
        if (rank(one.detector) < rank(out.back().detector)) out.back().detector = one.detector;
        out.back().by = std::min(out.back().by, one.by);
        out.back().end = std::max(out.back().end, one.end);
    }
    found = std::move(out);
}

void Search::run(const std::vector<Hit>& hits) {
    if (depth < depth_max && has(hits, anchor_colour)) {
        if (const auto plain = without_colours(line)) return through(*plain);
    }
    if (!context.idle()) continue_context(line, context, found);
    if (has(hits, anchor_key_block)) find_key_blocks(line, context, found);
    rows(hits);
    names(hits);
    if (has(hits, anchor_line) || has(hits, anchor_name)) open_context(line, context);
    if (has(hits, anchor_line)) find_data_object(line, found);
    if (known != nullptr) known->find(line, found);
    merge(found);
    // what was decoded on the way here brings its own values
    for (const Secret& secret : found) values.emplace_back(std::string(line.substr(secret.begin, secret.end - secret.begin)), secret.detector);
    if (depth >= depth_max) return;
    if (has(hits, anchor_container)) containers();
    if (has(hits, anchor_escape)) {
        // the context has seen this line already
        if (const auto plain = without_escapes(line)) {
            Context apart;
            std::vector<Hit> inner;
            find_anchors(plain->text, inner);
            Search search{plain->text, apart, known, depth + 1, {}, {}};
            search.run(inner);
            for (const Secret& secret : search.found) found.push_back({plain->from[secret.begin], plain->from[secret.end], secret.detector, secret.by});
            values.insert(values.end(), search.values.begin(), search.values.end());
        }
    }
    merge(found);
}

}  // namespace

std::vector<Secret> find_by(std::size_t index, std::string_view line) {
    std::vector<Secret> found;
    const Detector& detector = detectors()[index];
    Groups groups;
    for (std::size_t from = 0; from < line.size() && expression(index).find(line, from, groups); groups.clear()) {
        std::string_view secret, keep;
        for (const auto& [name, text] : groups) (name == "keep" ? keep : secret) = text;
        if (secret.empty()) break;
        const std::size_t begin = static_cast<std::size_t>(secret.data() - line.data());
        from = begin + secret.size();
        if (!keep.empty() || inside_mark(line, begin, from)) continue;
        if (detector.by != By::shape && is_no_secret({secret, true, true, {}})) continue;
        if (detector.by == By::made && !looks_made(secret)) continue;
        found.push_back({begin, from, detector.name, detector.by});
    }
    return found;
}

Findings find_secrets(std::string_view line, const std::vector<Hit>& hits, Context& context, const KnownSecrets* known) {
    Search search{line, context, known, 0, {}, {}};
    search.run(hits);
    return {std::move(search.found), std::move(search.values)};
}

}  // namespace nixwhy
