// The one place where foreign text becomes text that may leave. Only the Redactor can make a Safe, and report writers
// take nothing else, so a writer that forgets to mask does not compile.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace nixwhy {

// Text without secrets, valid UTF-8, without control and bidirectional characters except newlines.
class Safe {
public:
    Safe() = default;
    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    friend class Redactor;
    explicit Safe(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

class Redactor {
public:
    explicit Redactor(bool mask = true) : mask_(mask) {}

    // One line: newlines become spaces. Counts what was masked.
    Safe line(std::string_view text);
    // Several lines stay several lines.
    Safe lines(std::string_view text);

    // Looks for secrets without giving anything out: what is masked in one place is masked in all that follow.
    void learn(std::string_view text);

    const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

private:
    std::string mask(std::string_view text);
    std::string mask_keys(std::string_view text);

    bool mask_;
    std::map<std::string, std::string> known_;  // secret, and what it was masked as
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace nixwhy
