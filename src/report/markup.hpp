// The only way for foreign text into HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace nixwhy {

// Inert in an element and in a quoted attribute of both; what both forbid even escaped becomes U+FFFD. `text` is valid
// UTF-8, as all Safe text is.
std::string markup_text(std::string_view text);

}  // namespace nixwhy
