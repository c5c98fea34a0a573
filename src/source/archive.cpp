// libarchive in streaming mode. Compressions that nest (zip in tar.zst) are unwound by the caller.
#include "source/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <vector>

namespace nixwhy {

namespace {

struct Feed {
    Stream& stream;
    std::vector<char> block;
    std::string tail;  // the last bytes that were read, as many as a zip's end record can be long

    std::size_t read() {
        const std::size_t got = stream.read(block.data(), block.size());
        if (tail.size() > tail_size) tail.erase(0, tail.size() - tail_size);
        tail.append(block.data(), got);
        return got;
    }
    static constexpr std::size_t tail_size = 65536 + 22;
};

la_ssize_t feed_read(struct archive*, void* data, const void** buffer) {
    Feed& feed = *static_cast<Feed*>(data);
    *buffer = feed.block.data();
    return static_cast<la_ssize_t>(feed.read());
}

class Member : public Stream {
public:
    explicit Member(struct archive* from) : from_(from) {}
    std::size_t read(char* buffer, std::size_t size) override {
        if (!trouble_.empty()) return 0;
        const la_ssize_t got = archive_read_data(from_, buffer, size);
        if (got >= 0) return static_cast<std::size_t>(got);
        const char* why = archive_error_string(from_);
        trouble_ = std::string("the archive member cannot be read to its end: ") + (why != nullptr ? why : "damaged");
        return 0;
    }
    std::string trouble() const override { return trouble_; }

private:
    struct archive* from_;
    std::string trouble_;
};

bool is_tar(std::string_view head) { return head.size() >= 512 && head.substr(257, 5) == "ustar"; }

// A zip is read from its start, so that a pipe will do; that its end is there is known only by its end record.
std::string zip_trouble(Feed& feed) {
    while (feed.read() > 0) {
    }
    return feed.tail.find("PK\x05\x06") == std::string::npos ? "the zip archive ends early: its directory is cut off" : "";
}

}  // namespace

bool is_archive(std::string_view head) {
    using std::string_view_literals::operator""sv;
    return is_tar(head) || head.substr(0, 4) == "PK\x03\x04"sv || head.substr(0, 4) == "PK\x05\x06"sv ||
           head.substr(0, 6) == "7z\xbc\xaf\x27\x1c"sv || (head.substr(0, 3) == "BZh"sv && head.size() > 10 && head.substr(4, 6) == "1AY&SY"sv) ||
           head.substr(0, 4) == "\x04\x22\x4d\x18"sv || head.substr(0, 6) == "070701"sv;
}

std::string read_archive(Stream& stream, const std::function<bool(const std::string&, Stream&)>& visit) {
    const std::unique_ptr<struct archive, int (*)(struct archive*)> from(archive_read_new(), archive_read_free);
    archive_read_support_filter_all(from.get());
    archive_read_support_format_tar(from.get());
    archive_read_support_format_zip_streamable(from.get());
    archive_read_support_format_7zip(from.get());
    archive_read_support_format_cpio(from.get());
    archive_read_support_format_raw(from.get());
    archive_read_support_format_empty(from.get());
    Feed feed{stream, std::vector<char>(65536), {}};
    const auto trouble = [&] {
        const char* why = archive_error_string(from.get());
        return std::string("the archive cannot be read further: ") + (why != nullptr ? why : "damaged");
    };
    if (archive_read_open(from.get(), &feed, nullptr, feed_read, nullptr) != ARCHIVE_OK) return trouble();
    for (;;) {
        struct archive_entry* entry = nullptr;
        const int result = archive_read_next_header(from.get(), &entry);
        const bool is_zip = (archive_format(from.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
        if (result == ARCHIVE_EOF) return is_zip ? zip_trouble(feed) : std::string();
        if (result < ARCHIVE_WARN) return trouble();
        const bool raw = archive_format(from.get()) == ARCHIVE_FORMAT_RAW;
        const auto type = archive_entry_filetype(entry);
        if (type != AE_IFREG && !(raw && type == 0)) continue;
        if (archive_entry_is_encrypted(entry) != 0) return "the archive is encrypted";
        const char* name = archive_entry_pathname(entry);
        Member member(from.get());
        if (!visit(raw || name == nullptr ? std::string() : std::string(name), member)) return {};
    }
}

}  // namespace nixwhy
