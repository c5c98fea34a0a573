// What this machine lets nixwhy see: the rows that `nixwhy doctor` prints, and the first run without arguments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nixwhy {

enum class Sight : std::uint8_t {
    ok,       // it can be read
    limited,  // it is there, and this user or this set-up sees less than all of it
    missing,  // it is not there, and something cannot be told without it
    absent,   // it is not there, and a machine without it is fine
};

struct Look {
    Sight sight = Sight::ok;
    std::string found;  // what there is, with its path
    std::string how;    // how to see more; empty where there is nothing to do
};

struct DoctorRow {
    const char* name;
    const char* serves;  // what is explained with it
    Look (*look)();
};

// In the order they are printed. Looking changes nothing and runs no program.
const std::vector<DoctorRow>& doctor_rows();

// All rows looked at, as text of `width` columns. `limited` gets the number of rows that are limited or missing.
std::string doctor_report(std::size_t width, std::size_t& limited);

}  // namespace nixwhy
