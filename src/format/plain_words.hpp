// What class of failure a line tells in plain English, where no table of error texts knows its wording. Words like
// "invalid" or "in use" stand in healthy logs too: ask only for the last words of something that ended in failure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// The class, a name of failure_results(); empty where the words tell none.
std::string_view class_of_plain_words(std::string_view text);

// True where the line begins, or goes on behind a colon, like one that reports an error: "cannot import 'tank': ...".
bool has_error_shape(std::string_view text);

// True where a log that ends with this line ends in failure: "Calico node failed to start", "Aborting".
bool gives_up(std::string_view text);

// All classes that class_of_plain_words can give.
std::vector<std::string> plain_classes();

}  // namespace nixwhy
