// The error texts of the C library, the kernel and network libraries, and how a line is read with them. A row is found
// by its literal; its expression, where there is one, must match too and names the parts. The first row that fits gives
// the class.
#include "format/failure.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>

#include "base/text.hpp"
#include "format/failure_row.hpp"
#include "format/plain_words.hpp"

namespace nixwhy {

namespace {

// Texts: errno(3) as glibc, Go (syscall/zerrors), Rust (std::io) print them; x509 and net of Go; OpenSSL, GnuTLS and curl; bash;
// systemd src/shared/exit-status; Python's exceptions.
constexpr FailureRow errno_rows[] = {
    {"library-missing", "error while loading shared libraries", R"~(loading shared libraries: (?P<object>[^:\s]+))~"},
    {"wrong-architecture", "exec format error", R"~((?i)(?P<object>[\w./+-]+)\S*: (?:cannot execute binary file: )?exec format error)~"},
    {"tls-wrong-name", "x509: certificate is valid for", R"~(x509: certificate is valid for .*, not (?P<object>[^\s"\\]+))~"},
    {"tls-wrong-name", "because it doesn't contain any ip sans", R"~(cannot validate certificate for (?P<object>\S+))~"},
    {"tls-wrong-name", "no alternative certificate subject name matches", R"~(host name ['"](?P<object>[^'"]+))~"},
    {"tls-wrong-name", "hostname mismatch", nullptr},
    {"tls-expired", "certificate has expired", nullptr},
    {"tls-expired", "certificate is not yet valid", nullptr},
    {"tls-unknown-authority", "certificate signed by unknown authority", nullptr},
    {"tls-unknown-authority", "unable to get local issuer certificate", nullptr},
    {"tls-unknown-authority", "self signed certificate", nullptr},
    {"tls-unknown-authority", "self-signed certificate", R"~((?i)(?:verif|problem|error|unknown|invalid)\S*.*self-signed certificate)~"},
    {"tls-unknown-authority", "certificate verify failed", nullptr},
    {"tls-unknown-authority", "unable to verify the first certificate", nullptr},
    {"name-not-resolved", "no such host", R"~(lookup (?P<object>[^\s:]+))~"},
    {"name-not-resolved", "could not resolve host", R"~((?i)could not resolve host(?:name)?:? ['"]?(?P<object>[\w.-]+))~"},
    {"name-not-resolved", "name or service not known", R"~((?P<object>[\w.-]+): Name or service not known)~"},
    {"name-not-resolved", "temporary failure in name resolution", R"~((?P<object>[\w.-]+)(?: on \S+)?: Temporary failure in name resolution)~"},
    {"name-not-resolved", "server misbehaving", R"~(lookup (?P<object>[^\s:]+))~"},
    {"name-not-resolved", "enotfound", R"~(\bENOTFOUND\b(?: (?P<object>[\w.-]+))?)~"},
    {"name-not-resolved", "getaddrinfo", R"~((?i)getaddrinfo.*(?:fail|error|not known|EAI_))~"},
    {"address-in-use", "address already in use", nullptr},
    {"address-in-use", "eaddrinuse", nullptr},
    {"address-in-use", "port is already allocated", nullptr},
    {"address-not-available", "cannot assign requested address", nullptr},
    {"address-not-available", "eaddrnotavail", nullptr},
    {"disk-full", "no space left on device", nullptr},
    {"disk-full", "disk quota exceeded", nullptr},
    {"disk-full", "enospc", nullptr},
    {"out-of-memory", "cannot allocate memory", nullptr},
    {"out-of-memory", "out of memory: killed process", R"~(Killed process \d+ \((?P<object>[^)]+)\))~"},
    {"out-of-memory", "std::bad_alloc", nullptr},
    {"out-of-memory", "heap out of memory", nullptr},
    {"out-of-memory", "java.lang.outofmemoryerror", nullptr},
    {"too-many-open-files", "too many open files", nullptr},
    {"file-system-read-only", "read-only file system", nullptr},
    {"device-io-error", "input/output error", nullptr},
    {"device-io-error", "i/o error, dev", R"~(I/O error, dev (?P<object>[^\s,]+))~"},
    {"device-io-error", "unrecovered read error", nullptr},
    {"device-io-error", "medium error", nullptr},
    {"kernel-refused-value", "invalid argument", R"~(write (?P<object>/(?:sys|proc)/[^\s:]+): invalid argument)~"},
    {"kernel-feature-missing", "function not implemented", nullptr},
    {"kernel-feature-missing", "protocol not supported", nullptr},
    {"kernel-feature-missing", "operation not supported", nullptr},
    {"kernel-feature-missing", "modprobe: fatal: module", R"~(FATAL: Module (?P<object>\S+) not found)~"},
    {"denied-by-security-module", "avc:  denied", R"~(comm="(?P<component>[^"]+)")~"},
    {"denied-by-security-module", "apparmor=\"denied\"", R"~(profile="(?P<component>[^"]+)".*name="(?P<object>[^"]*)")~"},
    {"host-unreachable", "no route to host", nullptr},
    {"host-unreachable", "network is unreachable", nullptr},
    {"rate-limited", "toomanyrequests", nullptr},
    {"rate-limited", "429 too many requests", nullptr},
    {"rate-limited", "rate limit exceeded", nullptr},
    {"rate-limited", "http error 429", nullptr},
    {"not-allowed", "is forbidden: user", R"~(User "(?P<component>[^"]+)" cannot (?P<action>\w+) resource "(?P<object>[^"]+)")~"},
    {"not-allowed", "403 forbidden", nullptr},
    {"not-allowed", "accessdenied", nullptr},
    {"not-allowed", "access denied", nullptr},
    {"not-allowed", "not authorized to perform", R"~(not authorized to perform:? (?P<action>\S+))~"},
    {"credentials-refused", "401 unauthorized", nullptr},
    {"credentials-refused", "unauthorized", R"~((?:[Uu]nauthorized(?:\b|$)|UNAUTHORIZED))~"},
    {"credentials-refused", "authentication failed", R"~((?:^|[^-\w])[Aa]uthentication [Ff]ailed)~"},
    {"credentials-refused", "authentication failure", nullptr},
    {"credentials-refused", "authentication error", nullptr},
    {"credentials-refused", "bad credentials", nullptr},
    {"credentials-refused", "invalid bearer token", nullptr},
    {"remote-not-found", "404 not found", nullptr},
    {"remote-not-found", "manifest unknown", nullptr},
    {"remote-not-found", "returned error: 404", nullptr},
    {"remote-not-found", "http error 404", nullptr},
    {"remote-not-found", "status code 404", nullptr},
    {"remote-server-error", "502 bad gateway", nullptr},
    {"remote-server-error", "503 service", nullptr},
    {"remote-server-error", "504 gateway", nullptr},
    {"remote-server-error", "500 internal server error", nullptr},
    {"remote-server-error", "returned error: 5", R"~(returned error: 5\d\d)~"},
    {"checksum-mismatch", "checksum mismatch", nullptr},
    {"checksum-mismatch", "digest mismatch", nullptr},
    {"checksum-mismatch", "checksum did not match", nullptr},
    {"busy-or-locked", "device or resource busy", nullptr},
    {"busy-or-locked", "text file busy", nullptr},
    {"busy-or-locked", "database is locked", nullptr},
    {"busy-or-locked", "resource temporarily unavailable", nullptr},
    {"unknown-option", "unknown flag", R"~(unknown (?:shorthand )?flag:? ['"]?(?P<object>[^\s'"]+))~"},
    {"unknown-option", "unknown option", R"~((?i)unknown options?:? [\x60'"]?(?P<object>[^\s'"\x60]+))~"},
    {"unknown-option", "unrecognized option", R"~((?i)unrecognized options? ['"\x60]?(?P<object>[^\s'"]+))~"},
    {"unknown-option", "unrecognized argument", R"~((?i)unrecognized arguments?:? (?P<object>\S+))~"},
    {"unknown-option", "invalid option", R"~(invalid option (?:-- )?['"\x60]?(?P<object>[^\s'"]+))~"},
    {"unknown-option", "flag provided but not defined", R"~(not defined: (?P<object>\S+))~"},
    {"unknown-option", "unknown command", R"~((?i)unknown command:? ['"\x60]?(?P<object>[^\s'"]+))~"},
    {"program-missing", "command not found", R"~((?P<object>[\w.+/-]+): command not found)~"},
    {"program-missing", "executable file not found in", R"~(exec: "(?P<object>[^"]+)")~"},
    {"program-missing", "unable to locate executable file", R"~(executable file: (?P<object>[\w.+-]+))~"},
    {"program-missing", "status=203/exec", nullptr},
    {"program-missing", "failed to locate executable", R"~(Failed to locate executable (?P<object>[^\s:]+))~"},
    {"wrong-kind-of-file", "is a directory", R"~((?P<object>/[^\s:'"]+)['"]?: [Ii]s a directory)~"},
    {"wrong-kind-of-file", "not a directory", R"~((?P<object>/[^\s:'"]+)['"]?: [Nn]ot a directory)~"},
    {"device-missing", "no such device", nullptr},
    {"device-missing", "cannot find device", R"~([Cc]annot find device "?(?P<object>[^"\s]+))~"},
    {"device-missing", "timed out waiting for device", R"~(waiting for device (?P<object>\S+))~"},
    {"permission-denied", "permission denied", nullptr},
    {"permission-denied", "operation not permitted", nullptr},
    {"file-missing", "no such file or directory", nullptr},
    {"already-exists", "file exists", R"~((?P<object>/[^\s:'"]+)['"]?: [Ff]ile exists)~"},
    {"connection-refused", "connection refused", nullptr},
    {"connection-timed-out", "i/o timeout", nullptr},
    {"connection-timed-out", "connection timed out", nullptr},
    {"connection-timed-out", "context deadline exceeded", nullptr},
    {"connection-reset", "connection reset by peer", nullptr},
    {"configuration-invalid", "yaml: line", R"~(yaml: line (?P<object>\d+))~"},
    {"configuration-invalid", "cannot unmarshal", nullptr},
    {"crashed", "segmentation fault", nullptr},
    {"crashed", "bus error", R"~(: +\d+ +Bus error|[Bb]us error \(core)~"},
    {"crashed", "illegal instruction", R"~(: +\d+ +Illegal instruction|[Ii]llegal instruction \(core|trap invalid opcode)~"},
    {"crashed", "core dumped", nullptr},
    {"unhandled-exception", "traceback (most recent call last)", nullptr},
};

const std::vector<FailureRow>& all_rows() {
    static const std::vector<FailureRow> rows = [] {
        std::vector<FailureRow> out = wording_rows();
        out.insert(out.end(), std::begin(errno_rows), std::end(errno_rows));
        return out;
    }();
    return rows;
}

// Where the parts stand, whatever came back. The first expression that matches gives each part.
constexpr const char* part_expressions[] = {
    R"~((?P<action>open|stat|lstat|read|write|mkdir|unlink|rename|chmod|chown|exec|fork/exec|access|remove|symlink|create|listen|bind) (?P<object>/[^\s:"'\\]+):)~",
    R"~((?P<action>dial|listen|read|write) (?:tcp\d?|udp\d?|unix) (?:\S+->)?(?P<endpoint>[^\s"\\,]*[^\s"\\,:]):)~",
    R"~((?i)(?P<action>connect|listen|bind)\w* (?:to |on )?(?:address )?['"]?(?P<endpoint>[\w.\[\]:-]+(?:[:]| port )\d+))~",
    R"~((?P<action>Get|Post|Put|Patch|Head|Delete) \\*"?(?P<endpoint>https?://[^\s"\\]+))~",
    R"~((?P<endpoint>https?://[^\s"'\\>)]+[^\s"'\\>).,:;]))~",
    R"~((?P<endpoint>unix://[^\s"'\\]+))~",
    R"~(['"\x60](?P<object>/[^'"\x60]+)['"\x60]: [A-Z])~",
    R"~((?P<object>/[^\s:'"\\,]+): [A-Za-z])~",
    R"~((?P<object>/[^\s:'"\\,()]*[^\s:'"\\,().]))~",
    R"~((?i)\b(?:fail(?:ed)?|unable|cannot|could not|couldn't|can't|error) (?:to )?(?P<action>[a-z]+))~",
    R"~(^(?P<component>[A-Za-z][\w.+-]*): )~"};

// Which pairs of letters stand in a text: most of the hundreds of literals are ruled out by their first ones.
class Pairs {
public:
    explicit Pairs(std::string_view text) : bits_(1024) {
        for (std::size_t i = 0; i + 1 < text.size(); ++i) bits_[place(text, i) >> 6U] |= 1ULL << (place(text, i) & 63U);
    }
    bool may_hold(std::string_view literal) const {
        for (std::size_t i = 0; i + 1 < std::min<std::size_t>(literal.size(), 8); ++i) {
            if ((bits_[place(literal, i) >> 6U] >> (place(literal, i) & 63U) & 1U) == 0) return false;
        }
        return true;
    }

private:
    static std::size_t place(std::string_view text, std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(text[i])) << 8U | static_cast<unsigned char>(text[i + 1]);
    }
    std::vector<std::uint64_t> bits_;
};

// Compiled on first use: of the hundreds a log meets a few.
class LazyRegex {
public:
    explicit LazyRegex(const char* text) : text_(text) {}
    bool empty() const { return text_ == nullptr; }
    bool search(std::string_view text, Captures& captures) const {
        std::call_once(once_, [&] { regex_ = std::make_unique<Regex>(text_); });
        return regex_->search(text, captures);
    }

private:
    const char* text_;
    mutable std::once_flag once_;
    mutable std::unique_ptr<Regex> regex_;
};

class Table {
public:
    Table() {
        for (const FailureRow& row : all_rows()) expressions_.emplace_back(row.expression);
        for (const char* part : part_expressions) parts_.emplace_back(part);
    }

    Failure read(std::string_view text) const {
        Failure failure = find(text);
        if (!failure.empty()) return failure;
        failure.result = class_of_plain_words(text);
        if (failure.empty()) return failure;
        failure.telling = Telling::plain;
        failure.detail = std::string(text.substr(0, 200));
        for (const auto& expression : parts_) {
            Captures parts;
            if (expression.search(text, parts)) take(parts, failure);
        }
        return failure;
    }

    Failure find(std::string_view text) const {
        const std::string folded = lower(text);
        const Pairs pairs(folded);
        const std::vector<FailureRow>& rows = all_rows();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!pairs.may_hold(rows[i].literal)) continue;
            const std::size_t found = folded.find(rows[i].literal);
            if (found == std::string::npos) continue;
            Captures parts;
            if (!expressions_[i].empty() && !expressions_[i].search(text, parts)) {
                // "no such host" without the name that was looked up is still that failure
                if (std::string_view(rows[i].literal) != "no such host") continue;
            }
            Failure failure;
            failure.result = rows[i].result;
            failure.detail = std::string(text.substr(found, std::string_view(rows[i].literal).size()));
            take(parts, failure);
            // what stands behind the words that say it is seldom what they speak of
            const std::string_view before = text.substr(0, found + 1);
            for (const auto& expression : parts_) {
                Captures more;
                if (expression.search(before, more) || expression.search(text, more)) take(more, failure);
            }
            return failure;
        }
        return {};
    }

private:
    static void take(const Captures& captures, Failure& failure) {
        const auto fill = [&](std::string& part, const char* name) {
            if (part.empty()) part = std::string(capture(captures, name));
        };
        fill(failure.component, "component");
        fill(failure.action, "action");
        fill(failure.object, "object");
        fill(failure.endpoint, "endpoint");
    }

    std::deque<LazyRegex> expressions_;  // a once_flag cannot move
    std::deque<LazyRegex> parts_;
};

const Table& table() {
    static const Table made;
    return made;
}

// "Failed to configure loopback network device, ignoring: Operation not permitted": the program goes on.
constexpr std::array<std::string_view, 12> tolerances{
    ", ignoring", ", ignored", "(ignored)", "will retry", "retrying in", ", retrying", ", skipping", "falling back to", "not fatal", "as expected",
    "expected error", "as it should be"};

constexpr std::array<std::string_view, 15> endings{
    "failed with result '", "##[error]", "process completed with exit code", "error: job failed", "returned non-zero exit status",
    "failed to start ", "main process exited, code=", "error(s) occurred while switching", "the following units failed",
    "control process exited, code=", "failed (status ", "start request repeated too quickly", "script returned exit code ", "finished: failure",
    "mount process exited, code="};

Failure with_speaker(Failure failure, const Line& line) {
    if (failure.empty()) return failure;
    if (!line.identifier.empty() && line.identifier != "systemd") {
        failure.component = line.identifier;
    } else if (failure.component.empty() || failure.component.size() > 40) {
        failure.component = line.unit;
    }
    return failure;
}

}  // namespace

// nginx: `open() "/srv/favicon.ico" failed (2: No such file or directory), client: 203.0.113.4, server: x, request: "GET
// /favicon.ico HTTP/1.1"`: what one visitor was refused is no failure of the server.
bool is_about_request(const std::string& message) { return contains(message, ", client: ") && contains(message, ", server: "); }

bool is_tolerated(const Line& line) {
    if (is_about_request(line.message)) return true;
    if (line.level == Level::info || line.level == Level::debug || line.level == Level::warning) return true;
    const std::string folded = lower(line.message);
    return std::any_of(tolerances.begin(), tolerances.end(), [&](std::string_view words) { return contains(folded, words); });
}

Failure read_failure(const Line& line) {
    if (is_tolerated(line)) return {};
    return with_speaker(table().find(line.inner.empty() ? line.message : line.inner), line);
}

Failure read_plain_failure(const Line& line) {
    if (line.level == Level::info || line.level == Level::debug || line.level == Level::notice || is_about_request(line.message)) return {};
    const std::string folded = lower(line.message);
    if (contains(folded, "retry") || contains(folded, "ignor")) return {};
    Failure failure = with_speaker(table().read(line.inner.empty() ? line.message : line.inner), line);
    if (failure.telling == Telling::clear) failure.telling = Telling::warned;
    return failure;
}

const std::vector<std::string>& failure_literals() {
    static const std::vector<std::string> literals = [] {
        std::vector<std::string> out;
        for (const FailureRow& row : all_rows()) out.emplace_back(row.literal);
        return out;
    }();
    return literals;
}

std::vector<std::string> failure_results() {
    std::set<std::string> out;
    for (const FailureRow& row : all_rows()) out.insert(row.result);
    for (std::string& name : plain_classes()) out.insert(std::move(name));
    return {out.begin(), out.end()};
}

bool ends_in_failure(const Line& line) {
    const std::string folded = lower(line.message);
    for (const std::string_view ending : endings) {
        if (!contains(folded, ending)) continue;
        // "Main process exited, code=exited, status=0/SUCCESS" and "Process completed with exit code 0." are none
        return !contains(folded, "status=0/") && folded.find("status=0", folded.size() - std::min<std::size_t>(folded.size(), 8)) == std::string::npos && !contains(folded, "exit code 0") && !contains(folded, "status 0.") && !contains(folded, "'success'");
    }
    return starts_nix_block(line.message) && line.message[0] != ' ';
}

const std::vector<std::string>& ending_literals() {
    static const std::vector<std::string> literals(endings.begin(), endings.end());
    return literals;
}

bool tells_error(const Line& line) { return line.level == Level::error || line.level == Level::fatal; }

const std::vector<std::string>& error_literals() {
    static const std::vector<std::string> literals{"error", "fatal", "panic", "failed to ", "critical", "exception", "unable to ", "cannot "};
    return literals;
}

}  // namespace nixwhy
