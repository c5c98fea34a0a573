// See plain_words.hpp. From the most to the least telling: a row further up wins. The words are those that programs of
// any kind use in their messages, joined by what may stand between them; no row is made for one program.
#include "format/plain_words.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

struct PlainRow {
    const char* result;
    const char* expression;  // over lower-case text
};

constexpr PlainRow plain_rows[] = {
    {"out-of-memory", R"~(out of memory|not enough (?:free )?memory|insufficient memory|memory exhausted|\boom[ -]?kill)~"},
    {"disk-full", R"~(not enough (?:free )?(?:disk )?space|insufficient (?:disk |storage |free )?space|disk (?:is )?full|out of (?:disk )?space|quota exceeded)~"},
    {"too-many-open-files", R"~(too many (?:open )?files|file descriptor limit)~"},
    {"tls-expired", R"~(certificate\b.*\bexpired|expired\b.*\bcertificate|certificate\b.*not yet valid)~"},
    {"tls-unknown-authority", R"~(certificate\b.*\b(?:untrusted|not trusted|unknown (?:ca|authority|issuer))|(?:untrusted|unknown) (?:ca|certificate|issuer))~"},
    {"rate-limited", R"~(rate.?limit|too many requests|too many certificates)~"},
    {"already-exists", R"~(already (?:exists?|defined|registered|allocated|present|contains|initiali[sz]ed|declared|taken)|file exists|\bduplicated? (?:key|entry|name|id|value|definition|column))~"},
    {"busy-or-locked", R"~(already (?:running|in use|being used|mounted|locked|active|open|started)|(?:is|are|currently|previously) in use|in use (?:by|from)|is being used|(?:is|are|was) locked|lock(?:ed)? (?:is )?(?:held|taken|owned)? ?by|(?:acquir|obtain|get|tak|wait)\w*\b.{0,24}\block|unable to lock|(?:could not|cannot|can't|failed to) lock|operation\b.*\bin progress|held by|another (?:process|instance|operation|program|session)|(?:is|resource|device|target) busy)~"},
    {"version-mismatch", R"~(incompatible|not compatible|unsupported (?:\w+ )?version|version\b.{0,40}(?:mismatch|not supported|is unsupported|too (?:old|new)|required|does not match|older|newer)|(?:newer|older|later|different) version|(?:requires|needs?) (?:at least )?(?:\w+ )?(?:version|>=?|v?\d+\.\d+)|upgrade (?:to|from) (?:version )?v?\d)~"},
    {"data-corrupt", R"~(corrupt|bad (?:file |data )?(?:format|magic|superblock|checksum|record|block)|malformed (?:data|page|record|header|file)|checksum (?:error|mismatch|failed|failure)|invalid (?:checksum|header|magic|page|record|superblock|signature in)|inconsistent|truncated|damaged|unexpected eof|unexpected end of (?:file|data|stream)|snapshot file doesn't exist|needs? (?:repair|recovery)|unclean)~"},
    {"credentials-refused", R"~((?:invalid|incorrect|wrong|bad|expired|no valid|missing|unable to find|no)(?: \w+){0,2} (?:passwords?|passphrase|credentials?|tokens?|keys?|login|secrets?|signature|username)\b|(?:password|passphrase|credentials?|token|api key|key|secret)\b[^.]{0,50}(?:incorrect|invalid|wrong|refused|rejected|expired|revoked|not valid|not accepted|could not be (?:loaded|found))|authenticat\w* (?:failed|failure|error|required)|unauthenticated|(?:could not|unable to|failed to|cannot) (?:authenticate|log ?in)|log ?in (?:failed|required|incorrect|denied)|not logged in|\b401\b)~"},
    {"not-allowed", R"~(forbidden|not (?:allowed|permitted|authori[sz]ed|entitled)|(?:don't|do not|doesn't|does not|no|lack\w*|missing|insufficient|without) (?:have )?(?:the )?(?:sufficient |necessary |required )?(?:access|permissions?|privileges?|rights?|scopes?)|access (?:is |was )?denied|denied|\b403\b|protected branch)~"},
    {"permission-denied", R"~((?:must|needs?|has) (?:to )?be (?:run|root|executed)(?: as)? ?(?:root|superuser)?|are you root|requires? (?:root|superuser|administrator)|too open|(?:unsafe|insecure|wrong|bad) (?:permissions?|ownership|owner|mode)|not writable|unwritable|not readable|cannot write)~"},
    {"name-not-resolved", R"~((?:resolv\w*|look ?up)\b.{0,40}(?:host|name|address|dns)|host not found|unknown host|nxdomain|no address associated)~"},
    {"connection-refused", R"~(refused (?:the |to )?connect|connection\b.{0,20}refused|actively refused)~"},
    {"host-unreachable", R"~(unreachable|no route)~"},
    {"remote-server-error", R"~(internal server error|bad gateway|service (?:is )?(?:temporarily )?unavailable|(?:http|status|response)(?: (?:error|code|status))?\W{0,3}5\d\d\b)~"},
    {"unknown-option", R"~((?:unknown|unrecogni[sz]ed|unsupported|unexpected|invalid|illegal|bad|no such) (?:command[- ]line |long |short )?(?:option|flag|argument|switch|parameter|command|subcommand)\b)~"},
    {"device-missing", R"~(no such (?:\w+ )?(?:pool|device|disk|interface|volume|adapter|partition)|(?:device|disk|interface|volume|adapter|partition|bridge|nic)\b.{0,60}(?:not (?:found|present|available|exist)|missing|doesn't exist|does not exist|vanished|is gone)|no (?:(?:valid|suitable|usable|matching|default|host) ?)+(?:interface|device|disk|adapter|route)s?|(?:could not|cannot|can't|unable to|failed to) find (?:\w+ )?(?:device|interface|disk|volume|partition))~"},
    {"kernel-feature-missing", R"~((?:kernel|modprobe|cgroup\w*|bpf|ebpf)\b.{0,60}(?:not (?:found|support|available|loaded|built|enabled)|missing|unsupported|too old|lacks)|not supported by (?:the |this |your )?(?:running )?(?:kernel|system|hardware|cpu)|(?:missing|unsupported) kernel)~"},
    {"library-missing", R"~(librar(?:y|ies)\b.{0,60}(?:not found|missing|could not be (?:found|loaded))|cannot find -l|unable to load (?:shared |dynamic )?librar)~"},
    {"program-missing", R"~((?:command|program|executable|binary|tool|interpreter|compiler)\b.{0,60}(?:not (?:found|installed|available|in)|missing|does not exist|doesn't exist)|(?:is|are|was|not) not installed|not installed|not (?:found )?in (?:the |your )?\$?path)~"},
    {"module-missing", R"~((?:module|crate|plugin|extension|dependency|dependencies|package|gem|import|provider|role|collection)s?\b.{0,80}(?:not (?:found|installed|resolved|available)|missing|unresolved|unsatisf|(?:could not|cannot|couldn't) be (?:found|resolved|loaded))|(?:could not|cannot|couldn't|can't|unable to|failed to) (?:find|resolve|load|locate|import) (?:\w+ )?(?:module|crate|plugin|extension|dependency|dependencies|package|gem|import|provider|role)|unresolved reference|unmet dependenc)~"},
    {"remote-not-found", R"~(\b404\b|not in this registry|(?:repository|image|release|tag|branch|ref|revision|chart|artifact|bucket|project|registry|cache|remote|commit)\b.{0,80}(?:not found|does ?n[o']t exist|doesn't exist|could not be found|unknown)|no such (?:image|repository|branch|tag|revision|ref|bucket)|(?:could not|cannot|couldn't|unable to|failed to) find (?:\w+ )?(?:remote|image|tag|branch|ref|revision|release|artifact|repository)|unknown revision)~"},
    {"file-missing", R"~(no such file|(?:file|path|directory|folder|socket|manifest|dockerfile|makefile|lockfile)\b.{0,80}(?:not found|missing|does ?n[o']t exist|doesn't exist|could not be found|not present)|(?:not found|missing|does ?n[o']t exist|doesn't exist|cannot find|could not find|couldn't find|can't find|unable to find|no).{0,30} (?:file|directory|path|socket)\b|(?:cannot|could not|couldn't|can't|unable to|failed to) (?:open|find|read|load|stat|access) ['"\x60]?/[^\s]+)~"},
    {"setting-missing", R"~((?:is|are|was|were|must be|not|been) (?:required|not set|unset|missing|empty|undefined|not (?:defined|specified|configured|provided|given|supplied))|(?:missing|no|required|undefined) (?:\w+ ){0,2}(?:environment|env|variable|setting|option|value|parameter|argument|field|input)\b|must (?:be set|specify|provide|be provided|be specified)|please (?:set|specify|provide|configure)|not configured|has no default)~"},
    {"configuration-invalid", R"~((?:config\w*|settings?|directive|\w+file:\d+|yaml|json|toml|ini|syntax|pars(?:e|er|ing)|schema|unmarshal\w*|decod(?:e|ing)|manifest|template|expression|values?|rule(?:set)?|option|key|field|line \d+)\b.{0,80}(?:invalid|error|unknown|unexpected|bad|wrong|malformed|not valid|unsupported|fail|unrecogni[sz]ed|illegal|must be|not (?:a valid|allowed))|(?:invalid|unknown|unexpected|malformed|unsupported|illegal|unrecogni[sz]ed|bad|duplicate|could not parse|cannot parse|unable to parse|failed to (?:parse|load|decode|unmarshal|validate)|error (?:in|while|when|during|parsing|loading|reading)).{0,60}(?:config\w*|settings?|directive|value|key|section|field|keyword|property|yaml|json|toml|token|rule|entry|statement|block|attribute|line \d+|syntax|pars(?:e|ing))\b)~"},
    {"test-or-check-failed", R"~((?:tests?|specs?|checks?|lint\w*|assertions?|expectations?|coverage|format\w*|snapshots?)\b.{0,40}(?:fail|error|not met|below|differ)|[1-9]\d* (?:failed|failures?|failing)\b|would (?:be )?reformat|not formatted|found \d+ (?:errors?|problems?|issues?|\w+ severity|vulnerabilit))~"},
    {"time-limit", R"~(timed? ?out|timeout|deadline exceeded|took too long|gave up (?:waiting|after)|exceeded (?:the )?(?:\w+ ){0,2}time|too many (?:retries|attempts)|after \d+ (?:retries|attempts|tries))~"},
    {"crashed", R"~(\bpanic\b|segfault|segmentation|core dump|signal \d+|sig(?:segv|abrt|bus|ill))~"},
    {"unhandled-exception", R"~(\bexception\b|traceback)~"},
};

const std::vector<std::unique_ptr<Regex>>& expressions() {
    static const std::vector<std::unique_ptr<Regex>> made = [] {
        std::vector<std::unique_ptr<Regex>> out;
        for (const PlainRow& row : plain_rows) out.push_back(std::make_unique<Regex>(row.expression));
        return out;
    }();
    return made;
}

}  // namespace

std::string_view class_of_plain_words(std::string_view text) {
    const std::string folded = lower(text.substr(0, 2000));
    for (std::size_t i = 0; i < std::size(plain_rows); ++i) {
        if (expressions()[i]->search(folded)) return plain_rows[i].result;
    }
    return {};
}

bool has_error_shape(std::string_view text) {
    static const Regex shape(
        R"~((?i)^.{0,80}\[(?:error|fatal|emerg|crit\w*)\]|^(?:[^:]{0,60}: |.{0,40}[\]|>✗×❌] ?|.{0,60}:\d+(?::\d+)?:? (?:- )?)?(?:e: |\[?(?:error|fatal|err!|emerg|crit\w*)\b|[a-z.]*(?:error|exception): |failed|failure|cannot|can't|could ?n[o']t|couldn't|unable to|aborting|panic|invalid|unknown|no such|npm (?:err!|error)))~");
    return shape.search(text.substr(0, 400));
}

bool gives_up(std::string_view text) {
    static const Regex giving_up(R"~((?i)\b(?:failed to start|fail(?:ed|ure)|abort(?:ing|ed)|terminating|exiting|giving up|shutting down|exit(?:ed|ing)? (?:with )?(?:code|status) [1-9]\d*)[.!]*\s*$)~");
    return giving_up.search(text.substr(text.size() - std::min<std::size_t>(text.size(), 200)));
}

std::vector<std::string> plain_classes() {
    std::vector<std::string> out;
    for (const PlainRow& row : plain_rows) out.emplace_back(row.result);
    return out;
}

}  // namespace nixwhy
