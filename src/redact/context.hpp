// What the lines before say about a line: it goes on with a private key, it is the value of a name above, it is what a
// command printed. One for each stream of lines; small, so that a stream may be of any length.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "redact/detectors.hpp"
#include "redact/names.hpp"

namespace nixwhy {

// The end of what stands before something in its line, digits made alike: the same in all lines of one logger.
std::string lead_of(std::string_view before);
// Where the text behind the same lead begins; npos where the line has another.
std::size_t behind_lead(std::string_view line, const std::string& lead);

struct Context {
    enum class Await {
        nothing,
        block,   // lines deeper than `indent` are the value
        deeper,  // the next line is the value if it is deeper
        value,   // `value:` belongs to the name above
        output,  // the next line is what a command printed
        item,    // the next item of a list is the option's value
        login,   // netrc over several lines
    };
    Await await = Await::nothing;
    Named named = Named::nothing;
    std::size_t indent = 0;
    int lines_left = 0;
    std::string lead;

    int key_lines_left = 0;      // inside a private key
    int foreign_lines_left = 0;  // of other speakers between its lines
    std::string key_lead;

    int data_lines_left = 0;  // inside `data:` of a Kubernetes object
    std::size_t data_indent = 0;
    bool plain_data = false;  // stringData

    bool idle() const { return await == Await::nothing && key_lines_left == 0 && data_lines_left == 0; }
    void expect(Await what, Named of, std::size_t depth, int lines) { await = what, named = of, indent = depth, lines_left = lines; }
};

// What earlier lines make a secret of this one. Call before anything else of the line is looked at.
void continue_context(std::string_view line, Context& context, std::vector<Secret>& found);
// What this line makes of the next, beyond what the names in it say.
void open_context(std::string_view line, Context& context);

// Private keys that begin in this line, and what follows of them in the same.
void find_key_blocks(std::string_view line, Context& context, std::vector<Secret>& found);

// Inside a private key: whether the line belongs to it.
bool continue_key(std::string_view line, Context& context, std::vector<Secret>& found);

// The value of the name around `at`; `done` is behind the name looked at last.
void find_named(std::string_view line, std::size_t at, std::size_t& done, Context& context, std::vector<Secret>& found);

// `"data":{"a":"b"}` in one line.
void find_data_object(std::string_view line, std::vector<Secret>& found);

}  // namespace nixwhy
