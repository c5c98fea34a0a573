// gzip, zstd and xz as streams, with the codecs' own libraries: libarchive drops the last block of a file that
// ends early, and a log cut by a full disk is just what people send.
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <vector>

#include "base/text.hpp"
#include "source/stream.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t input_block_size = 65536;

// The part all codecs share: an input block that is filled again when it is used up.
class Codec : public Stream {
public:
    explicit Codec(Stream& under) : under_(under), block_(input_block_size) {}
    std::string trouble() const override { return trouble_.empty() ? under_.trouble() : trouble_; }

protected:
    // False at the end of the input.
    bool fill() {
        if (used_ < filled_) return true;
        filled_ = under_.read(block_.data(), block_.size());
        used_ = 0;
        return filled_ > 0;
    }

    Stream& under_;
    std::vector<char> block_;
    std::size_t used_ = 0;
    std::size_t filled_ = 0;
    bool done_ = false;
    std::string trouble_;
};

class Gzip : public Codec {
public:
    explicit Gzip(Stream& under) : Codec(under) { done_ = inflateInit2(&state_, 15 + 16) != Z_OK; }
    ~Gzip() override { inflateEnd(&state_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::size_t read(char* buffer, std::size_t size) override {
        state_.next_out = reinterpret_cast<Bytef*>(buffer);
        state_.avail_out = static_cast<uInt>(size);
        while (!done_ && state_.avail_out == size) {
            if (!fill()) {
                done_ = true;
                if (inside_) trouble_ = "the gzip data ends early";
                break;
            }
            state_.next_in = reinterpret_cast<Bytef*>(block_.data() + used_);
            state_.avail_in = static_cast<uInt>(filled_ - used_);
            inside_ = true;
            const int result = inflate(&state_, Z_NO_FLUSH);
            used_ = filled_ - state_.avail_in;
            if (result == Z_STREAM_END) {
                inside_ = false;
                inflateReset(&state_);  // members of a gzip file follow each other
            } else if (result != Z_OK && result != Z_BUF_ERROR) {
                trouble_ = members_ > 0 ? "bytes after the gzip data" : "the gzip data is damaged";
                done_ = true;
            }
            if (result == Z_STREAM_END) ++members_;
        }
        return size - state_.avail_out;
    }

private:
    z_stream state_{};
    bool inside_ = false;
    int members_ = 0;
};

class Zstd : public Codec {
public:
    explicit Zstd(Stream& under) : Codec(under), state_(ZSTD_createDStream()) {
        ZSTD_DCtx_setParameter(state_, ZSTD_d_windowLogMax, 27);
    }
    ~Zstd() override { ZSTD_freeDStream(state_); }
    Zstd(const Zstd&) = delete;
    Zstd& operator=(const Zstd&) = delete;

    std::size_t read(char* buffer, std::size_t size) override {
        ZSTD_outBuffer out{buffer, size, 0};
        while (!done_ && out.pos == 0) {
            if (!fill()) {
                ZSTD_inBuffer empty{nullptr, 0, 0};
                const std::size_t rest = ZSTD_decompressStream(state_, &out, &empty);
                if (out.pos > 0) break;
                done_ = true;
                if (open_ && (ZSTD_isError(rest) != 0U || rest != 0)) trouble_ = "the zstd data ends early";
                break;
            }
            ZSTD_inBuffer in{block_.data(), filled_, used_};
            const std::size_t rest = ZSTD_decompressStream(state_, &out, &in);
            used_ = in.pos;
            if (ZSTD_isError(rest) != 0U) {
                trouble_ = std::string("the zstd data is damaged: ") + ZSTD_getErrorName(rest);
                done_ = true;
            }
            open_ = rest != 0;
        }
        return out.pos;
    }

private:
    ZSTD_DStream* state_;
    bool open_ = false;
};

class Xz : public Codec {
public:
    explicit Xz(Stream& under) : Codec(under) {
        done_ = lzma_stream_decoder(&state_, 256U << 20U, LZMA_CONCATENATED) != LZMA_OK;
    }
    ~Xz() override { lzma_end(&state_); }
    Xz(const Xz&) = delete;
    Xz& operator=(const Xz&) = delete;

    std::size_t read(char* buffer, std::size_t size) override {
        state_.next_out = reinterpret_cast<std::uint8_t*>(buffer);
        state_.avail_out = size;
        while (!done_ && state_.avail_out == size) {
            const bool more = fill();
            state_.next_in = reinterpret_cast<const std::uint8_t*>(block_.data() + used_);
            state_.avail_in = more ? filled_ - used_ : 0;
            const lzma_ret result = lzma_code(&state_, more ? LZMA_RUN : LZMA_FINISH);
            if (more) used_ = filled_ - state_.avail_in;
            if (result == LZMA_STREAM_END) {
                done_ = true;
            } else if (result != LZMA_OK) {
                trouble_ = more ? "the xz data is damaged" : "the xz data ends early";
                done_ = true;
            }
        }
        return size - state_.avail_out;
    }

private:
    lzma_stream state_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Stream> decompressor(std::string_view head, Stream& under) {
    if (head.substr(0, 3) == "\x1f\x8b\x08") return std::make_unique<Gzip>(under);
    if (head.substr(0, 4) == "\x28\xb5\x2f\xfd") return std::make_unique<Zstd>(under);
    if (head.substr(0, 6) == std::string_view("\xfd" "7zXZ\0", 6)) return std::make_unique<Xz>(under);
    return nullptr;
}

}  // namespace nixwhy
