// See environments.hpp.
#include "compare/environments.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/version.hpp"
#include "source/open.hpp"

namespace nixwhy {

namespace {

KnownFacts facts_of_snapshot(const Snapshot& snapshot) {
    KnownFacts out;
    for (const auto& [name, value] : snapshot.facts) out[name] = {fact_text(value), !value.is_null(), {}};
    return out;
}

EnvironmentPair pair_of(const Environment& from, const Environment& to, Redactor& redactor) {
    EnvironmentPair pair{from.name, to.name, {}};
    for (const Difference& one : differences_of(facts_of_snapshot(from.snapshot), facts_of_snapshot(to.snapshot))) {
        pair.differences.push_back({redactor.line(one.fact), redactor.line(one.failed), redactor.line(one.worked), one.known == nullptr ? "" : one.known->breaks,
                                    one.known == nullptr ? "" : one.known->remedy, one.weight()});
    }
    return pair;
}

}  // namespace

Environments compare_environments(const std::string& host, const std::string& rules_digest, const std::vector<Environment>& environments, Redactor& redactor) {
    Environments out;
    out.version = version_text;
    out.rules_digest = rules_digest;
    out.host = redactor.line(host);
    std::vector<const Environment*> had;
    for (const Environment& one : environments) {
        out.rows.push_back({one.name, redactor.line(one.how), redactor.line(one.missing)});
        if (one.missing.empty()) had.push_back(&one);
    }
    if (had.size() < 2) {
        out.answer = redactor.line("there are no two environments to compare");
        return out;
    }
    if (!had[0]->snapshot.host.empty()) out.host = redactor.line(had[0]->snapshot.host);
    out.machine = had[0]->snapshot.machine;
    out.taken_us = had[0]->snapshot.taken_us;
    for (const auto& [name, value] : had[0]->snapshot.facts) out.looked_at += had[1]->snapshot.facts.count(name);
    for (std::size_t i = 1; i < had.size(); ++i) {
        // with sudo beside with sudo, where both are there: what sudo drops shows against the session it was called in
        const bool sudo = contains(had[i]->name, "-sudo");
        const Environment* base = had[0];
        for (const Environment* one : had) {
            if (sudo && had[i]->name == one->name + "-sudo") base = one;
        }
        out.pairs.push_back(pair_of(*base, *had[i], redactor));
    }
    for (const Environment* one : had) {
        for (const Environment* other : had) {
            if (one->name == "scripted-sudo" && other->name == "interactive-sudo") out.pairs.push_back(pair_of(*one, *other, redactor));
        }
    }
    const EnvironmentPair& first = out.pairs.front();
    out.answer = redactor.line(first.differences.empty()
                                   ? fmt::format("{} and {}: nothing differs that is known to matter", first.from, first.to)
                                   : fmt::format("{} and {} differ in {} thing{}, most tellingly in {}", first.from, first.to, first.differences.size(),
                                                 first.differences.size() == 1 ? "" : "s", first.differences.front().fact.str()));
    return out;
}

Environment environment_of_file(const std::string& path) {
    Environment out{path, {}, "there is no snapshot in it", {}};
    std::uint64_t failed = 0;
    std::vector<Notice> notices;
    const Limits limits;
    for (const InputFile& file : list_inputs({path}, limits, notices, failed)) {
        try {
            open_input(file, limits, notices, [&](Source& source) {
                if (!is_snapshot(source.stream.peek(4096))) return;
                bool complete = false;
                std::optional<Snapshot> snapshot = read_snapshot(read_all(source.stream, 64U << 20U, complete));
                // around a command, the one before it tells how it began
                if (!snapshot || (out.missing.empty() && snapshot->phase == "after")) return;
                out.snapshot = std::move(*snapshot);
                out.missing.clear();
            });
        } catch (const Error& error) {
            if (!out.missing.empty()) out.missing = error.what();
        }
    }
    if (failed > 0 && !notices.empty()) out.missing = notices.front().text;
    return out;
}

}  // namespace nixwhy
