// One description of each struct serves writing and reading, so that the two cannot part.
#include "rule/pack.hpp"

#include <cstring>
#include <type_traits>

#include "base/error.hpp"

namespace nixwhy {

namespace {

class Writer {
public:
    template <class Number>
    void number(Number value) {
        char bytes[sizeof(Number)];
        std::memcpy(bytes, &value, sizeof value);
        out.append(bytes, sizeof value);
    }
    void text(std::string& value) {
        number(static_cast<std::uint32_t>(value.size()));
        out += value;
    }
    std::size_t size(std::size_t value) {
        number(static_cast<std::uint32_t>(value));
        return value;
    }
    static bool skips_texts() { return false; }

    std::string out;
};

class Reader {
public:
    Reader(std::string_view bytes, bool examples) : bytes_(bytes), examples_(examples) {}
    template <class Number>
    void number(Number& value) {
        NIXWHY_PROMISE(bytes_.size() >= sizeof value);
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
    }
    void text(std::string& value) {
        std::uint32_t size = 0;
        number(size);
        NIXWHY_PROMISE(bytes_.size() >= size);
        value.assign(bytes_.substr(0, size));
        bytes_.remove_prefix(size);
    }
    std::size_t size(std::size_t) {
        std::uint32_t read = 0;
        number(read);
        return read;
    }
    bool at_end() const { return bytes_.empty(); }
    bool skips_texts() {
        if (examples_) return false;
        for (std::size_t left = size(0); left > 0; --left) {
            const std::size_t length = size(0);
            NIXWHY_PROMISE(bytes_.size() >= length);
            bytes_.remove_prefix(length);
        }
        return true;
    }

private:
    std::string_view bytes_;
    bool examples_;
};

template <class Side, class Value>
void visit(Side& side, Value& value);

template <class Side, class Item>
void visit_list(Side& side, std::vector<Item>& list) {
    list.resize(side.size(list.size()));
    for (Item& item : list) visit(side, item);
}

template <class Side>
void fields(Side& side, Pattern& p) {
    visit(side, p.text), visit_list(side, p.units), visit_list(side, p.sources), visit(side, p.block);
    visit_list(side, p.literals), visit_list(side, p.needs), visit(side, p.cased), visit(side, p.rule);
}

template <class Side>
void fields(Side& side, FailureQuery& q) {
    visit(side, q.result), visit(side, q.action), visit(side, q.object), visit(side, q.endpoint);
    visit(side, q.component);
}

template <class Side>
void fields(Side& side, FactQuery& q) {
    visit(side, q.name), visit(side, q.compare), visit(side, q.value);
}

template <class Side>
void fields(Side& side, Condition& c) {
    visit(side, c.type), visit(side, c.leaf), visit_list(side, c.parts), visit_list(side, c.same);
    visit(side, c.within_us), visit(side, c.after_us), visit(side, c.at_least), visit(side, c.distinct);
}

template <class Side>
void fields(Side& side, Rule& r) {
    visit(side, r.id), visit(side, r.origin), visit(side, r.title), visit(side, r.kind), visit(side, r.fallback);
    visit(side, r.despite_success);
    visit(side, r.when), visit(side, r.confidence), visit(side, r.because), visit_list(side, r.causes);
    visit_list(side, r.caused_by), visit(side, r.within_us), visit(side, r.across_hosts);
    visit_list(side, r.yields_to), visit_list(side, r.wins_over);
    bool recovers = r.recovers.has_value();
    visit(side, recovers);
    if (recovers && !r.recovers) r.recovers.emplace();
    if (recovers) visit(side, *r.recovers);
    visit(side, r.grace_us), visit_list(side, r.group), visit(side, r.retry), visit(side, r.why);
    visit_list(side, r.check), visit_list(side, r.fix), visit_list(side, r.references);
    for (auto* examples : {&r.examples_match, &r.examples_no_match}) {
        if (!side.skips_texts()) visit_list(side, *examples);
    }
}

template <class Side, class Value>
void visit(Side& side, Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
        side.text(value);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
        visit_list(side, value);
    } else if constexpr (std::is_arithmetic_v<Value> || std::is_enum_v<Value>) {
        side.number(value);
    } else {
        fields(side, value);
    }
}

template <class Side>
void visit_set(Side& side, RuleSet& set) {
    visit_list(side, set.rules), visit_list(side, set.patterns);
    visit_list(side, set.failure_queries), visit_list(side, set.fact_queries), visit(side, set.digest);
}

}  // namespace

std::string pack(const RuleSet& set) {
    Writer writer;
    RuleSet copy = set;
    visit_set(writer, copy);
    return std::move(writer.out);
}

RuleSet unpack(std::string_view bytes, bool examples) {
    Reader reader(bytes, examples);
    RuleSet set;
    visit_set(reader, set);
    NIXWHY_PROMISE(reader.at_end());
    return set;
}

}  // namespace nixwhy
