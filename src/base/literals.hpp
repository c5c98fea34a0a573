// Many literals at once, searched in raw bytes without regard to ASCII letter case. This is what makes a gigabyte
// cheap: only lines that hold a literal are looked at further. Long ones are left to Grams, the others to Vectorscan,
// which only literals.cpp knows, or to Grams in smaller steps where this was built without Vectorscan.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/grams.hpp"

namespace nixwhy {

class Literals {
public:
    // `literals` are lower case, not empty, their index is their number. With `image`, made by image() before and alive
    // as long as this, nothing has to be compiled where this processor can run it.
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
    std::vector<std::unique_ptr<Grams>> grams_;
    void* database_ = nullptr;
};

}  // namespace nixwhy
