// See environments.hpp.
#include "compare/environments.hpp"

#include "base/text.hpp"
#include "report/version.hpp"

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

Environments compare_environments(const std::string& host, const std::vector<Environment>& environments, Redactor& redactor) {
    Environments out;
    out.version = version_text;
    out.host = redactor.line(host);
    std::vector<const Environment*> had;
    for (const Environment& one : environments) {
        out.rows.push_back({one.name, redactor.line(one.how), redactor.line(one.missing)});
        if (one.missing.empty()) had.push_back(&one);
    }
    if (had.size() < 2) return out;
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
    return out;
}

std::string differences_snapshot(const Environments& environments, const std::vector<Environment>& from) {
    Snapshot out;
    out.phase = "now";
    for (const Environment& one : from) {
        if (!one.missing.empty()) continue;
        out.host = one.snapshot.host;
        out.machine = one.snapshot.machine;
        out.taken_us = one.snapshot.taken_us;
        break;
    }
    if (!environments.pairs.empty()) {
        for (const ReportDifference& one : environments.pairs[0].differences) out.facts["differs:" + one.fact.str()] = one.failed.str() + ", where it worked: " + one.worked.str();
    }
    return snapshot_text(out);
}

}  // namespace nixwhy
