// Many literals at once, searched in raw bytes without regard to ASCII letter case: the only file that knows
// Vectorscan. This is what makes a gigabyte cheap: only lines that hold a literal are looked at further.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// One place where a literal ends in the text.
struct LiteralHit {
    std::uint64_t end = 0;  // offset behind its last byte
    std::uint32_t literal = 0;
};

class Literals {
public:
    // `literals` are lower case, not empty, their index is their number. With `image`, a database made by image()
    // before is used where this processor can run it.
    explicit Literals(std::vector<std::string> literals, std::string_view image = {});
    ~Literals();
    Literals(const Literals&) = delete;
    Literals& operator=(const Literals&) = delete;

    // The compiled form, for keeping; empty where there is nothing to search for.
    std::string image() const;

    // One searcher a thread: it holds the scratch space.
    class Searcher {
    public:
        explicit Searcher(const Literals& literals);
        ~Searcher();
        Searcher(const Searcher&) = delete;
        Searcher& operator=(const Searcher&) = delete;

        // Appends all places in `text` to `hits`, by rising end.
        void search(std::string_view text, std::vector<LiteralHit>& hits);

    private:
        const Literals& literals_;
        void* scratch_ = nullptr;
    };

private:
    std::vector<std::string> literals_;
    void* database_ = nullptr;
};

}  // namespace nixwhy
