// The only ways for foreign text into Markdown. No HTML of ours stands in any page: a tag from a log would close it.
#pragma once

#include <string>
#include <string_view>

namespace nixwhy {

// Words that could mean something to Markdown or GitHub go into a code span; blanks stay as they are. What means something
// only where a block begins is left alone behind the first word, and where `begins` is false.
std::string markdown_words(std::string_view text, bool begins = true);
// The same for a cell of a table.
std::string markdown_cell(std::string_view text);
// Backticks around `text`, more of them than it holds in a row.
std::string markdown_code(std::string_view text);
// Lines in a fence that nothing in them can close.
std::string markdown_fence(const std::string& text);

}  // namespace nixwhy
