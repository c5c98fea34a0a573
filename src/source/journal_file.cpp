// See journal_file.hpp. Every offset and size read from the file is checked against its length before use.
#include "source/journal_file.hpp"

#include <fmt/core.h>
#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <set>

namespace nixwhy {

namespace {

constexpr std::size_t field_bytes_max = 1U << 20U;
constexpr std::string_view message_opening = "MESSAGE=";
constexpr std::size_t entry_fields_max = 1024;  // as systemd writes them at most
// Many entries may point at the same data, and that may be compressed: what one file gives has an end.
constexpr std::uint64_t given_free_bytes = 64ULL << 20U;
constexpr std::uint64_t given_ratio_max = 16;  // real journals stay below 5
enum ObjectType : std::uint8_t { data_object = 1, entry_object = 3, type_max = 7 };
enum Incompatible : std::uint32_t { flag_xz = 1, flag_lz4 = 2, flag_keyed = 4, flag_zstd = 8, flag_compact = 16 };

std::uint64_t number(std::string_view bytes, std::size_t offset, std::size_t size) {
    if (offset + size > bytes.size()) return 0;  // a file that shrank under us
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
    return value;
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

// Unpacks the payloads of data objects, one at a time, into a place that is used again.
class Unpacker {
public:
    // At most field_bytes_max bytes, good until the next call; nothing where the payload is damaged.
    std::optional<std::string_view> unpack(std::string_view packed, unsigned flags) {
        if (place_.empty()) place_.resize(field_bytes_max);
        if ((flags & 4U) != 0) return zstd(packed);
        if ((flags & 2U) != 0) return lz4(packed);
        return xz(packed);
    }

private:
    std::optional<std::string_view> zstd(std::string_view packed) {
        if (!state_) state_.reset(ZSTD_createDCtx());
        if (!state_) throw std::bad_alloc();
        ZSTD_DCtx_reset(state_.get(), ZSTD_reset_session_only);
        ZSTD_inBuffer from{packed.data(), packed.size(), 0};
        ZSTD_outBuffer to{place_.data(), place_.size(), 0};
        while (from.pos < from.size && to.pos < to.size) {
            const std::size_t result = ZSTD_decompressStream(state_.get(), &to, &from);
            if (ZSTD_isError(result) != 0U) return std::nullopt;
            if (result == 0) break;
        }
        return std::string_view(place_).substr(0, to.pos);
    }

    std::optional<std::string_view> lz4(std::string_view packed) {
        if (packed.size() < 8) return std::nullopt;
        const int size = static_cast<int>(std::min<std::uint64_t>(number(packed, 0, 8), field_bytes_max));
        const int got = LZ4_decompress_safe_partial(packed.data() + 8, place_.data(), static_cast<int>(packed.size() - 8), size, size);
        if (got < 0) return std::nullopt;
        return std::string_view(place_).substr(0, static_cast<std::size_t>(got));
    }

    std::optional<std::string_view> xz(std::string_view packed) {
        lzma_stream state = LZMA_STREAM_INIT;
        if (lzma_stream_decoder(&state, 64U << 20U, 0) != LZMA_OK) return std::nullopt;
        state.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
        state.avail_in = packed.size();
        state.next_out = reinterpret_cast<std::uint8_t*>(place_.data());
        state.avail_out = place_.size();
        const lzma_ret result = lzma_code(&state, LZMA_FINISH);
        const std::size_t got = place_.size() - state.avail_out;
        lzma_end(&state);
        if (result != LZMA_STREAM_END && result != LZMA_OK && result != LZMA_BUF_ERROR) return std::nullopt;
        return std::string_view(place_).substr(0, got);
    }

    struct Free {
        void operator()(ZSTD_DCtx* state) const { ZSTD_freeDCtx(state); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> state_;
    std::string place_;
};

// Offsets of objects that entries are read for. A few bits answer most questions.
class ObjectSet {
public:
    void add(std::uint64_t offset) {
        offsets_.push_back(offset);
        bits_[place(offset)] = true;
    }
    // Once all are there.
    void sort() { std::sort(offsets_.begin(), offsets_.end()); }
    bool holds(std::uint64_t offset) const { return bits_[place(offset)] && std::binary_search(offsets_.begin(), offsets_.end(), offset); }

private:
    static std::size_t place(std::uint64_t offset) { return static_cast<std::size_t>(offset / 8 * 0x9E3779B97F4A7C15ULL >> 44U); }
    std::vector<bool> bits_ = std::vector<bool>(std::size_t{1} << 20U);
    std::vector<std::uint64_t> offsets_;
};

// Collects messages until there are enough to search them at once.
class MessageSearch {
public:
    MessageSearch(const JournalSelection& selection, ObjectSet& wanted) : selection_(selection), wanted_(wanted) {}
    void add(std::string_view message, std::uint64_t offset) {
        text_ += message;
        ends_.push_back(text_.size());
        text_ += '\n';
        offsets_.push_back(offset);
        if (text_.size() >= text_min) search();
    }
    void search() {
        std::vector<bool> marks(ends_.size());
        selection_.search(text_, ends_, marks);
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (marks[i]) wanted_.add(offsets_[i]);
        }
        text_.clear(), ends_.clear(), offsets_.clear();
    }

private:
    static constexpr std::size_t text_min = 256 * 1024;
    const JournalSelection& selection_;
    ObjectSet& wanted_;
    std::string text_;
    std::vector<std::size_t> ends_;
    std::vector<std::uint64_t> offsets_;
};

class JournalReader {
public:
    JournalReader(RandomBytes& bytes, const std::function<bool(std::string_view)>& wanted, const JournalSelection* selection)
        : bytes_(bytes), wanted_(wanted), selection_(selection) {
        if (selection_ != nullptr) messages_.emplace(*selection_, wanted_messages_);
    }

    JournalOutcome read(const std::function<void(const JournalEntry&)>& visit) {
        const std::string head(bytes_.at(0, 208));
        if (head.size() < 208) {
            outcome_.trouble = "the journal file ends inside its header";
            return outcome_;
        }
        const auto flags = static_cast<std::uint32_t>(number(head, 12, 4));
        if ((flags & ~31U) != 0) {
            outcome_.trouble = fmt::format("the journal was written by a newer systemd: it uses the unknown feature bits {:#x}", flags & ~31U);
            return outcome_;
        }
        compact_ = (flags & flag_compact) != 0;
        find_entries(number(head, 88, 8), number(head, 136, 8));
        if (messages_) messages_->search();
        wanted_messages_.sort();
        // where objects could not be found, entries may point at some that were not searched
        if (!outcome_.trouble.empty() || gives_too_much()) selection_ = nullptr;
        std::sort(entries_.begin(), entries_.end());
        for (const auto& [seqnum, offset] : entries_) {
            if (gives_too_much()) {
                outcome_.unreadable = entries_.size() - outcome_.entries;
                outcome_.trouble = fmt::format("its entries point at the same data so often that they give {} times the bytes of the file; {} of {} were read",
                                               given_ / bytes_.size(), outcome_.entries, entries_.size());
                return outcome_;
            }
            if (may_be_let_go(offset) || read_entry(offset, visit)) {
                ++outcome_.entries;
            } else {
                ++outcome_.unreadable;
            }
        }
        const std::uint64_t told = number(head, 152, 8);
        if (outcome_.trouble.empty() && told > outcome_.entries + outcome_.unreadable) {
            outcome_.trouble = fmt::format("the journal says it has {} entries, {} were found", told, outcome_.entries);
        }
        if (outcome_.trouble.empty() && outcome_.unreadable > 0) {
            outcome_.trouble = fmt::format("{} journal entries are damaged", outcome_.unreadable);
        }
        return outcome_;
    }

private:
    void find_entries(std::uint64_t offset, std::uint64_t tail) {
        std::uint64_t skipped = 0;
        std::uint64_t skipped_at = 0;
        offset = (offset + 7) & ~7ULL;
        while (offset + 16 <= bytes_.size()) {
            const std::string_view object = bytes_.at(offset, 64);
            if (object.size() < 16) break;
            const auto type = static_cast<std::uint8_t>(object[0]);
            const std::uint64_t size = number(object, 8, 8);
            if (type == 0 || type > type_max || size < 16 || size > bytes_.size() - offset) {
                // behind the last object lies the space that journald set aside
                if (offset > tail) break;
                if (skipped == 0) skipped_at = offset;
                const std::uint64_t next = std::max(offset + 8, type == 0 && size == 0 ? behind_zeros(offset) : 0);
                skipped += next - offset;
                offset = next;
                continue;
            }
            if (type == entry_object && size >= 64 && object.size() >= 64) entries_.emplace_back(number(object, 16, 8), offset);
            if (type == data_object && messages_ && !gives_too_much()) look_at_data(offset);
            offset += (size + 7) & ~7ULL;
        }
        if (tail > bytes_.size()) {
            outcome_.trouble = fmt::format("the journal file ends early: {} bytes are there, its header speaks of more", bytes_.size());
        } else if (skipped > 0) {
            outcome_.trouble = fmt::format("the journal is damaged at byte {}: {} bytes could not be read", skipped_at, skipped);
        }
    }

    // The eight bytes at or after `offset` that are not all zero; power cuts and sparse files leave gigabytes of zeros.
    std::uint64_t behind_zeros(std::uint64_t offset) {
        while (offset < bytes_.size()) {
            const std::uint64_t data = bytes_.next_data(offset) & ~7ULL;
            offset = std::max(offset, data);
            const std::string_view block = bytes_.at(offset, 4096);
            const std::size_t found = block.find_first_not_of('\0');
            if (found != std::string_view::npos) return offset + (found & ~std::size_t{7});
            if (block.empty()) break;
            offset += block.size();
        }
        return bytes_.size();
    }

    bool gives_too_much() const { return given_ > given_free_bytes + given_ratio_max * bytes_.size(); }

    // A message goes to the search; of a host's name the first entry is read, for where it begins.
    void look_at_data(std::uint64_t offset) {
        const auto payload = payload_of(offset, [](std::string_view name) { return name == "MESSAGE" || name == "_HOSTNAME"; });
        if (!payload) {
            wanted_messages_.add(offset);
        } else if (payload->substr(0, message_opening.size()) == message_opening) {
            messages_->add(payload->substr(message_opening.size()), offset);
        } else if (payload->substr(0, 10) == "_HOSTNAME=") {
            host_names_.insert(offset);
        }
    }

    // Whether nobody wants the entry at `offset`, and it looks whole.
    bool may_be_let_go(std::uint64_t offset) {
        if (selection_ == nullptr || offset == entries_.back().second || selection_->wants(outcome_.numbered + 1)) return false;
        const std::uint64_t size = number(bytes_.at(offset, 16), 8, 8);
        if (size < 64 || size > 64 + entry_fields_max * 16) return false;
        const std::string_view object = bytes_.at(offset, static_cast<std::size_t>(size));
        const std::size_t item_size = compact_ ? 4 : 16;
        if (object.size() < size || size < 64 + item_size) return false;
        for (std::size_t at = 64; at + item_size <= object.size(); at += item_size) {
            const std::uint64_t item = number(object, at, compact_ ? 4 : 8);
            if (item == 0 || item % 8 != 0 || item >= bytes_.size() || wanted_messages_.holds(item)) return false;
            if (host_names_.erase(item) > 0) return false;
        }
        ++outcome_.numbered;
        return true;
    }

    bool read_entry(std::uint64_t offset, const std::function<void(const JournalEntry&)>& visit) {
        const std::uint64_t size = number(bytes_.at(offset, 16), 8, 8);
        if (size > field_bytes_max) return false;
        const std::string object(bytes_.at(offset, static_cast<std::size_t>(size)));
        if (object.size() < 64) return false;
        JournalEntry entry;
        entry.seqnum = number(object, 16, 8);
        entry.realtime_us = static_cast<std::int64_t>(number(object, 24, 8));
        entry.boot = hex(std::string_view(object).substr(40, 16));
        entry.offset = offset;
        entry.size = size;
        const std::size_t item_size = compact_ ? 4 : 16;
        bool whole = true;
        for (std::size_t at = 64; at + item_size <= object.size(); at += item_size) {
            if (at >= 64 + entry_fields_max * item_size || gives_too_much()) {
                whole = false;
                break;
            }
            const std::uint64_t item = number(object, at, compact_ ? 4 : 8);
            if (item != 0 && !read_field(item, entry)) whole = false;
        }
        if (entry.fields.empty()) return false;
        entry.ordinal = ++outcome_.numbered;
        visit(entry);
        return whole;
    }

    // The payload of the data object at `offset`, empty where it names a field that is not `wanted`, nothing where it is
    // damaged. Good until the next call.
    template <class Wanted>
    std::optional<std::string_view> payload_of(std::uint64_t offset, const Wanted& wanted) {
        const std::string_view head = bytes_.at(offset, 256);
        const std::size_t payload_at = compact_ ? 72 : 64;
        if (head.size() <= payload_at || static_cast<std::uint8_t>(head[0]) != data_object) return std::nullopt;
        const auto flags = static_cast<unsigned char>(head[1]) & 7U;
        const std::uint64_t size = number(head, 8, 8);
        if (size <= payload_at || size > bytes_.size() - std::min(offset, bytes_.size())) return std::nullopt;
        if (flags == 0) {
            const std::size_t equals = head.find('=', payload_at);
            if (equals == std::string_view::npos) return std::string_view();  // a name that long is none of ours
            if (!wanted(head.substr(payload_at, equals - payload_at))) return std::string_view();
        }
        const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(size - payload_at, field_bytes_max));
        const std::string_view packed = bytes_.at(offset + payload_at, take);
        if (flags == 0) {
            given_ += packed.size();
            return packed;
        }
        const auto unpacked = unpacker_.unpack(packed, flags);
        given_ += unpacked ? unpacked->size() : take;
        return unpacked;
    }

    bool read_field(std::uint64_t offset, JournalEntry& entry) {
        const auto payload = payload_of(offset, wanted_);
        if (payload) add_field(*payload, entry);
        return payload.has_value();
    }

    void add_field(std::string_view payload, JournalEntry& entry) {
        const std::size_t equals = payload.find('=');
        if (equals == std::string_view::npos || !wanted_(payload.substr(0, equals))) return;
        entry.fields.emplace_back(payload.substr(0, equals), payload.substr(equals + 1));
    }

    RandomBytes& bytes_;
    const std::function<bool(std::string_view)>& wanted_;
    const JournalSelection* selection_;
    ObjectSet wanted_messages_;
    std::optional<MessageSearch> messages_;
    std::set<std::uint64_t> host_names_;  // whose first entry is still to come
    bool compact_ = false;
    Unpacker unpacker_;
    std::uint64_t given_ = 0;  // bytes of fields so far
    std::vector<std::pair<std::uint64_t, std::uint64_t>> entries_;
    JournalOutcome outcome_;
};

}  // namespace

bool is_journal_file(std::string_view head) { return head.substr(0, 8) == "LPKSHHRH"; }

JournalOutcome read_journal(RandomBytes& bytes, const std::function<bool(std::string_view)>& wanted,
                            const std::function<void(const JournalEntry&)>& visit, const JournalSelection* selection) {
    return JournalReader(bytes, wanted, selection).read(visit);
}

}  // namespace nixwhy
