// The one place where foreign text becomes text that may leave. Only the Redactor can make a Safe, and report writers
// take nothing else, so a writer that forgets to mask does not compile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redact/anchors.hpp"
#include "redact/context.hpp"
#include "redact/known.hpp"

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
    // The next lines of a stream, whose `context` the lines before have made.
    Safe lines(std::string_view text, Context& context);

    // The value of an environment variable. Where the name says secret any value is one, words too.
    Safe variable(std::string_view name, std::string_view value);
    // Lines that stand one below the other, each apart: what one says of the next holds, as in a private key.
    std::vector<Safe> each(const std::vector<std::string_view>& lines);

    // Looks for secrets without giving anything out: what is masked in one place is masked in all that follow.
    void learn(std::string_view text);

    // The same bytes, secrets replaced, nothing made printable: for files and streams that stay what they are. `context`
    // carries what earlier lines say about later ones from call to call; every call but the last ends with a newline.
    std::string bytes(std::string_view text, Context& context);

    const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

private:
    std::string mask(std::string_view text);
    void mask_line(std::string_view line, const std::vector<Hit>& hits, Context& context, std::string& out);

    bool mask_;
    KnownSecrets known_;
    std::map<std::string, std::uint64_t> counts_;
};

// A stream that is redacted as it comes, in pieces of any size: the same bytes come out however it was cut.
class RedactedStream {
public:
    explicit RedactedStream(Redactor& redactor) : redactor_(redactor) {}

    // What can go out of all that came; the line whose end did not come yet waits, up to 32 MiB.
    std::string put(std::string_view bytes);
    std::string end();

private:
    Redactor& redactor_;
    Context context_;
    std::string waiting_;
};

// A secret in finished bytes: its detector, and the line and column (from 1) where it stands.
struct Leak {
    const char* detector = "";
    std::uint64_t line = 0;
    std::uint64_t column = 0;
};

// The first secret that is left in `text` and has a shape (By::shape), read through every encoding, private keys among
// them. Secrets by position or name are not looked for again: they were masked where they came in, and a layout puts
// words beside others that had none.
std::optional<Leak> find_leak(std::string_view text);

}  // namespace nixwhy
