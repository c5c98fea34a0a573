// What the readers of outcomes share: taking plain text apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/facts.hpp"

namespace nixwhy {

using Fields = std::vector<std::string_view>;

// The number that the whole text is.
std::optional<long long> whole_number(std::string_view text);
FactValue number_or_text(std::string_view text);
FactValue list_of(std::string_view text, char separator);
// Lines without their ends; none for an empty text.
Fields lines_of(std::string_view text);
// Seconds since 1970 with a fraction, as stat(1) prints them, in RFC 3339; empty where it is none.
std::string stamp_of(std::string_view seconds);
// "Thu 2026-11-26 12:05:01.123456 UTC" of systemctl show in RFC 3339; empty where it is none.
std::string systemd_stamp(std::string_view text);
// Sets the fact unless the text is blank.
void set_text(FactMap& facts, const std::string& name, std::string_view text);

// The reader of session outcomes, in a file of its own.
void read_session(const Gathered& outcome, FactMap& facts, Redactor& redactor);

}  // namespace nixwhy
