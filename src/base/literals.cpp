// Vectorscan in block mode over literals only: whole expressions over blocks would cross newlines, and their
// databases take seconds to compile.
#include "base/literals.hpp"

#include <hs/hs.h>

#include <cstdlib>
#include <new>

#include "base/error.hpp"

namespace nixwhy {

namespace {

int on_match(unsigned int id, unsigned long long, unsigned long long to, unsigned int, void* context) {
    static_cast<std::vector<LiteralHit>*>(context)->push_back({to, id});
    return 0;
}

}  // namespace

Literals::Literals(std::vector<std::string> literals, std::string_view image) : literals_(std::move(literals)) {
    if (literals_.empty()) return;
    hs_database_t* database = nullptr;
    if (!image.empty() && hs_deserialize_database(image.data(), image.size(), &database) == HS_SUCCESS) {
        database_ = database;
        return;
    }
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    std::vector<unsigned> flags(literals_.size(), HS_FLAG_CASELESS);
    std::vector<unsigned> ids;
    for (std::size_t i = 0; i < literals_.size(); ++i) {
        texts.push_back(literals_[i].data());
        sizes.push_back(literals_[i].size());
        ids.push_back(static_cast<unsigned>(i));
    }
    hs_compile_error_t* error = nullptr;
    const hs_error_t result =
        hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                             static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &database, &error);
    if (result != HS_SUCCESS) {
        const std::string what = error != nullptr ? error->message : "unknown error";
        hs_free_compile_error(error);
        throw Error("the rules' literals could not be compiled: " + what, Exit::rules);
    }
    database_ = database;
}

Literals::~Literals() { hs_free_database(static_cast<hs_database_t*>(database_)); }

std::string Literals::image() const {
    if (database_ == nullptr) return {};
    char* bytes = nullptr;
    std::size_t size = 0;
    if (hs_serialize_database(static_cast<hs_database_t*>(database_), &bytes, &size) != HS_SUCCESS) return {};
    std::string out(bytes, size);
    std::free(bytes);
    return out;
}

Literals::Searcher::Searcher(const Literals& literals) : literals_(literals) {
    if (literals.database_ == nullptr) return;
    hs_scratch_t* scratch = nullptr;
    if (hs_alloc_scratch(static_cast<hs_database_t*>(literals.database_), &scratch) != HS_SUCCESS) throw std::bad_alloc();
    scratch_ = scratch;
}

Literals::Searcher::~Searcher() { hs_free_scratch(static_cast<hs_scratch_t*>(scratch_)); }

void Literals::Searcher::search(std::string_view text, std::vector<LiteralHit>& hits) {
    if (literals_.database_ == nullptr) return;
    const hs_error_t result =
        hs_scan(static_cast<hs_database_t*>(literals_.database_), text.data(), static_cast<unsigned>(text.size()), 0,
                static_cast<hs_scratch_t*>(scratch_), on_match, &hits);
    NIXWHY_PROMISE(result == HS_SUCCESS);
}

}  // namespace nixwhy
