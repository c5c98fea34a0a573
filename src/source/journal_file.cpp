// See journal_file.hpp. Every offset and size read from the file is checked against its length before use.
#include "source/journal_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <lz4.h>
#include <lzma.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>

#include "base/error.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t field_bytes_max = 1U << 20U;
constexpr std::size_t entry_fields_max = 1024;  // as systemd writes them at most
// Many entries may point at the same data, and that may be compressed: what one file gives has an end.
constexpr std::uint64_t given_free_bytes = 64ULL << 20U;
constexpr std::uint64_t given_ratio_max = 16;  // real journals stay below 5
enum ObjectType : std::uint8_t { data_object = 1, entry_object = 3, type_max = 7 };
enum Incompatible : std::uint32_t { flag_xz = 1, flag_lz4 = 2, flag_keyed = 4, flag_zstd = 8, flag_compact = 16 };

// A file seen through a few windows, so that neighbouring reads cost no system call.
class RandomFile : public RandomBytes {
public:
    explicit RandomFile(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        struct stat status {};
        if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
            throw Error(fmt::format("{}: {}", path, std::strerror(errno)));
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ~RandomFile() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    RandomFile(const RandomFile&) = delete;
    RandomFile& operator=(const RandomFile&) = delete;

    std::uint64_t size() const override { return size_; }
    std::uint64_t next_data(std::uint64_t offset) override {
        const off_t found = ::lseek(descriptor_, static_cast<off_t>(offset), SEEK_DATA);
        if (found >= 0) return static_cast<std::uint64_t>(found);
        return errno == ENXIO ? size_ : offset;
    }
    std::string_view at(std::uint64_t offset, std::size_t size) override {
        if (offset >= size_) return {};
        const std::uint64_t number = offset / window_size;
        const std::size_t inside = static_cast<std::size_t>(offset % window_size);
        if (inside + size <= window_size + window_overlap) return window(number).substr(inside).substr(0, size);
        large_.resize(size);
        large_.resize(read_at(offset, large_.data(), size));
        return large_;
    }

private:
    static constexpr std::size_t window_size = 65536;
    static constexpr std::size_t window_overlap = 4096;

    std::string_view window(std::uint64_t number) {
        Window& slot = windows_[number % windows_.size()];
        if (slot.number != number) {
            slot.bytes.resize(window_size + window_overlap);
            slot.bytes.resize(read_at(number * window_size, slot.bytes.data(), slot.bytes.size()));
            slot.number = number;
        }
        return slot.bytes;
    }
    std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t size) {
        std::size_t done = 0;
        while (done < size) {
            const ssize_t got = ::pread(descriptor_, buffer + done, size - done, static_cast<off_t>(offset + done));
            if (got <= 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    struct Window {
        std::uint64_t number = ~0ULL;
        std::string bytes;
    };
    int descriptor_;
    std::uint64_t size_ = 0;
    std::array<Window, 256> windows_;
    std::string large_;
};

class RandomMemory : public RandomBytes {
public:
    explicit RandomMemory(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::string_view at(std::uint64_t offset, std::size_t size) override {
        if (offset >= bytes_.size()) return {};
        return std::string_view(bytes_).substr(static_cast<std::size_t>(offset), size);
    }

private:
    std::string bytes_;
};

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

class JournalReader {
public:
    JournalReader(RandomBytes& bytes, const std::function<bool(std::string_view)>& wanted)
        : bytes_(bytes), wanted_(wanted) {}

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
        std::sort(entries_.begin(), entries_.end());
        for (const auto& [seqnum, offset] : entries_) {
            if (gives_too_much()) {
                outcome_.unreadable = entries_.size() - outcome_.entries;
                outcome_.trouble = fmt::format("its entries point at the same data so often that they give {} times the bytes of the file; {} of {} were read",
                                               given_ / bytes_.size(), outcome_.entries, entries_.size());
                return outcome_;
            }
            if (read_entry(offset, visit)) {
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
        visit(entry);
        return whole;
    }

    bool read_field(std::uint64_t offset, JournalEntry& entry) {
        const std::string_view head = bytes_.at(offset, 256);
        const std::size_t payload_at = compact_ ? 72 : 64;
        if (head.size() <= payload_at || static_cast<std::uint8_t>(head[0]) != data_object) return false;
        const auto flags = static_cast<unsigned char>(head[1]) & 7U;
        const std::uint64_t size = number(head, 8, 8);
        if (size <= payload_at || size > bytes_.size() - std::min(offset, bytes_.size())) return false;
        if (flags == 0) {
            const std::size_t equals = head.find('=', payload_at);
            if (equals == std::string_view::npos) return true;  // a name that long is none of ours
            if (!wanted_(head.substr(payload_at, equals - payload_at))) return true;
        }
        const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(size - payload_at, field_bytes_max));
        const std::string_view payload = bytes_.at(offset + payload_at, take);
        if (flags == 0) {
            given_ += payload.size();
            add_field(payload, entry);
            return payload.size() == take;
        }
        const auto unpacked = unpacker_.unpack(payload, flags);
        given_ += unpacked ? unpacked->size() : take;
        if (unpacked) add_field(*unpacked, entry);
        return unpacked.has_value();
    }

    void add_field(std::string_view payload, JournalEntry& entry) {
        const std::size_t equals = payload.find('=');
        if (equals == std::string_view::npos || !wanted_(payload.substr(0, equals))) return;
        entry.fields.emplace_back(payload.substr(0, equals), payload.substr(equals + 1));
    }

    RandomBytes& bytes_;
    const std::function<bool(std::string_view)>& wanted_;
    bool compact_ = false;
    Unpacker unpacker_;
    std::uint64_t given_ = 0;  // bytes of fields so far
    std::vector<std::pair<std::uint64_t, std::uint64_t>> entries_;
    JournalOutcome outcome_;
};

}  // namespace

std::unique_ptr<RandomBytes> random_file(const std::string& path) { return std::make_unique<RandomFile>(path); }
std::unique_ptr<RandomBytes> random_memory(std::string bytes) { return std::make_unique<RandomMemory>(std::move(bytes)); }

bool is_journal_file(std::string_view head) { return head.substr(0, 8) == "LPKSHHRH"; }

JournalOutcome read_journal(RandomBytes& bytes, const std::function<bool(std::string_view)>& wanted,
                            const std::function<void(const JournalEntry&)>& visit) {
    return JournalReader(bytes, wanted).read(visit);
}

}  // namespace nixwhy
