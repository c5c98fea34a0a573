// Vectorscan in block mode over literals only: whole expressions over blocks would cross newlines, and their
// databases take seconds to compile.
#include "base/literals.hpp"

#ifdef NIXWHY_VECTORSCAN
#include <hs/hs.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/error.hpp"

namespace nixwhy {

namespace {

// A literal goes to the first step that it is long enough for.
#ifdef NIXWHY_VECTORSCAN
constexpr std::array<Grams::Step, 1> steps{{{8, 8}}};

int on_match(unsigned int id, unsigned long long, unsigned long long to, unsigned int, void* context) {
    static_cast<std::vector<LiteralHit>*>(context)->push_back({to, id});
    return 0;
}

hs_database_t* compiled(const std::vector<std::string>& literals, const std::vector<std::uint32_t>& chosen) {
    if (chosen.empty()) return nullptr;
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    const std::vector<unsigned> flags(chosen.size(), HS_FLAG_CASELESS);
    const std::vector<unsigned> ids(chosen.begin(), chosen.end());
    for (const std::uint32_t number : chosen) {
        texts.push_back(literals[number].data());
        sizes.push_back(literals[number].size());
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    const hs_error_t result = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &database, &error);
    if (result != HS_SUCCESS) {
        const std::string what = error != nullptr ? error->message : "unknown error";
        hs_free_compile_error(error);
        throw Error("the rules' literals could not be compiled: " + what, Exit::rules);
    }
    return database;
}
#else
constexpr std::array<Grams::Step, 5> steps{{{8, 8}, {4, 4}, {4, 1}, {2, 1}, {1, 1}}};
#endif

// The sizes of the parts of an image stand before them.
std::string_view cut_part(std::string_view& image) {
    std::uint64_t size = 0;
    if (image.size() < sizeof size) return {};
    std::memcpy(&size, image.data(), sizeof size);
    const std::string_view part = image.substr(sizeof size, size);
    image.remove_prefix(sizeof size + part.size());
    return part;
}

void add_part(std::string& image, std::string_view part) {
    const std::uint64_t size = part.size();
    char bytes[sizeof size];
    std::memcpy(bytes, &size, sizeof size);
    image.append(bytes, sizeof size).append(part);
}

}  // namespace

Literals::Literals(std::vector<std::string> literals, std::string_view image) : literals_(std::move(literals)) {
    if (literals_.empty()) return;
    std::vector<std::uint32_t> left(literals_.size());
    for (std::uint32_t i = 0; i < left.size(); ++i) left[i] = i;
    for (const Grams::Step& step : steps) {
        const std::string_view tables = cut_part(image);
        const auto shorter = std::partition(left.begin(), left.end(), [&](std::uint32_t number) { return literals_[number].size() >= step.length_min(); });
        grams_.push_back(tables.empty() ? std::make_unique<Grams>(literals_, std::vector<std::uint32_t>(left.begin(), shorter), step) : std::make_unique<Grams>(literals_, tables, step));
        left.erase(left.begin(), shorter);
    }
#ifdef NIXWHY_VECTORSCAN
    hs_database_t* database = nullptr;
    const std::string_view packed = cut_part(image);
    const bool fits = !packed.empty() && hs_deserialize_database(packed.data(), packed.size(), &database) == HS_SUCCESS;
    database_ = fits ? database : compiled(literals_, left);
#endif
}

Literals::~Literals() {
#ifdef NIXWHY_VECTORSCAN
    hs_free_database(static_cast<hs_database_t*>(database_));
#endif
}

std::string Literals::image() const {
    std::string out;
    for (const auto& grams : grams_) add_part(out, grams->tables());
#ifdef NIXWHY_VECTORSCAN
    char* bytes = nullptr;
    std::size_t size = 0;
    if (database_ == nullptr || hs_serialize_database(static_cast<hs_database_t*>(database_), &bytes, &size) != HS_SUCCESS) return out;
    add_part(out, {bytes, size});
    std::free(bytes);
#endif
    return out;
}

Literals::Searcher::Searcher(const Literals& literals) : literals_(literals) {
#ifdef NIXWHY_VECTORSCAN
    if (literals.database_ == nullptr) return;
    hs_scratch_t* scratch = nullptr;
    if (hs_alloc_scratch(static_cast<hs_database_t*>(literals.database_), &scratch) != HS_SUCCESS) throw std::bad_alloc();
    scratch_ = scratch;
#endif
}

Literals::Searcher::~Searcher() {
#ifdef NIXWHY_VECTORSCAN
    hs_free_scratch(static_cast<hs_scratch_t*>(scratch_));
#endif
}

void Literals::Searcher::search(std::string_view text, std::vector<LiteralHit>& hits) {
    const std::size_t before = hits.size();
    for (const auto& grams : literals_.grams_) grams->search(text, hits);
#ifdef NIXWHY_VECTORSCAN
    if (literals_.database_ != nullptr) {
        const hs_error_t result = hs_scan(static_cast<hs_database_t*>(literals_.database_), text.data(), static_cast<unsigned>(text.size()), 0,
                                          static_cast<hs_scratch_t*>(scratch_), on_match, &hits);
        NIXWHY_PROMISE(result == HS_SUCCESS);
    }
#endif
    std::sort(hits.begin() + static_cast<std::ptrdiff_t>(before), hits.end(), [](const LiteralHit& a, const LiteralHit& b) {
        return a.end != b.end ? a.end < b.end : a.literal < b.literal;
    });
}

}  // namespace nixwhy
