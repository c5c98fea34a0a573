// States of the machine and of the log that single lines tell, for conditions that ask for facts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

struct FactHit {
    std::string name;
    std::string value;
};

std::vector<FactHit> read_facts(std::string_view message);
const std::vector<std::string>& fact_literals();

}  // namespace nixwhy
