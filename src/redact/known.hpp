// Secrets seen before: what was masked in one place is masked in all that follow, also in base64, in hexadecimal digits
// and with its special characters escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "redact/detectors.hpp"

namespace nixwhy {

class KnownSecrets {
public:
    // Short and plain words are not kept: they would be masked in half of all sentences. `detector` lives forever.
    void add(const std::string& secret, const char* detector);
    bool empty() const { return entries_.empty(); }

    // Appends all places of known secrets in `text`.
    void find(std::string_view text, std::vector<Secret>& found) const;
    // The next place at or behind `from` where one may begin; npos where there is none.
    std::size_t next(std::string_view text, std::size_t from) const;

private:
    struct Entry {
        std::string text;
        const char* detector;
        bool encoded;    // part of a run of base64: the whole run goes
        std::size_t next;
    };

    void add_form(std::string text, const char* detector, bool encoded);
    bool matches(std::string_view text, std::size_t at, const Entry& entry) const;

    std::vector<Entry> entries_;
    std::unordered_map<std::uint32_t, std::size_t> first_;  // by the first four bytes: index into entries_, from 1
    std::vector<std::uint64_t> bits_;
};

}  // namespace nixwhy
