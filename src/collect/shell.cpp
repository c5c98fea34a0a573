// A frame for each probe: ">N", its output with "|" before each line, its errors with "!", "=STATUS". An empty line
// behind output says that it ended with a newline.
#include "collect/shell.hpp"

#include <fmt/core.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "collect/process.hpp"

namespace nixwhy {

namespace {

// What every kind of probe but a command is on the other side: a function of this text, run in a shell of its own, so
// that the time limit holds for it as well. Local twins are in local.cpp and session.cpp. No single quotes in here.
constexpr const char* functions = R"sh(
t=$(printf "\t")
files() {
  for f; do
    if [ -f "$f" ]; then
      [ $# -gt 1 ] && [ -r "$f" ] && printf "%s:\n" "$f"
      cat "$f"
    elif [ -e "$f" ]; then echo "$f: is no regular file" >&2
    fi
  done
}
certificates() {
  for f; do
    case $f in *-key.pem) continue;; esac
    [ -f "$f" ] && [ -r "$f" ] && printf "@%s\n" "$f" && sed -n "/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p" "$f"
  done
}
closed() {
  d=${1%/*}
  while [ -n "$d" ] && [ ! -d "$d" ]; do d=${d%/*}; done
  [ -n "$d" ] && [ ! -x "$d" ]
}
look() {
  if [ -e "$1" ] || [ -h "$1" ]; then
    l=
    [ -h "$1" ] && l=$(readlink "$1")
    x=$(stat -c "%F$t%s$t%a$t%U$t%G$t%.9Y$t%.9Z$t%i" "$1" 2>/dev/null || stat -c "%F$t%s$t%a$t%U$t%G$t%Y$t%Z$t%i" "$1" 2>/dev/null)
    printf "%s\t%s\t%s" "$1" "$x" "$l"
  elif closed "$1"; then printf "%s\tunreadable" "$1"
  else printf "%s\tmissing" "$1"
  fi
}
unmatched() {
  case $1 in *\**) ;; *) return 1;; esac
  d=${1%/*}
  if [ -d "$d" ] && [ ! -r "$d" ]; then printf "%s\tunreadable\n" "$d"; fi
}
stats() {
  for f; do
    unmatched "$f" && continue
    look "$f"
    echo
  done
}
digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum
  elif command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r
  else shasum -a 256
  fi 2>/dev/null | cut -c 1-64
}
secrets() {
  read -r key
  for f; do
    unmatched "$f" && continue
    look "$f"
    if [ -f "$f" ] && [ -r "$f" ]; then
      s=$(head -c 65536 "$f" | sed -e "1s/^[[:space:]]*//" -e "\$s/[[:space:]]*\$//")
      case $s in "") c=none;; *[!0-9a-fA-F]*) c=other;; *) c=hexadecimal;; esac
      k=
      if [ -n "$s" ] && [ -n "$key" ]; then
        k=$(printf "%s%s" "$key" "$s" | digest)
        [ -n "$k" ] && k=$(printf "%s%s" "$key" "$k" | digest)
      fi
      printf "\t%s\t%s\t%.32s" "${#s}" "$c" "$k"
    fi
    echo
  done
}
space() {
  for f; do
    [ -e "$f" ] || continue
    set -- $(stat -f -c "%a %S %b %d %c" "$f" 2>/dev/null)
    [ $# -eq 5 ] && printf "%s\t%s\t%s\t%s\t%s\n" "$f" $(($1 * $2)) $(($3 * $2)) "$4" "$5"
  done
}
member() {
  while read -r m v rest; do
    [ "$m" = "$2:" ] && { printf "%s" "$v"; return; }
  done <"/proc/$1/status"
}
running() {
  for d in /proc/[0-9]*; do
    n=
    { read -r n <"$d/comm"; } 2>/dev/null || continue
    for g; do
      case $n in $g) printf "%s\t%s\t%s\t%s\n" "${d#/proc/}" "$(member "${d#/proc/}" PPid)" "$(member "${d#/proc/}" Uid)" "$n"; break;; esac
    done
  done
}
session() {
  me=$1
  shift
  echo @environ
  tr "\n\0" "\001\n" <"/proc/$me/environ"
  echo @limits
  cat "/proc/$me/limits"
  echo @status
  cat "/proc/$me/status"
  echo @cgroup
  cat "/proc/$me/cgroup"
  echo @fds
  for n in 0 1 2; do
    l=$(readlink "/proc/$me/fd/$n")
    case $l in /dev/pts/*|/dev/tty*|/dev/console) k=tty;; *) k=;; esac
    printf "%s\t%s\t%s\n" "$n" "$l" "$k"
  done
  echo @cwd
  readlink "/proc/$me/cwd"
  echo @tools
  for n; do
    l=$(command -v "$n")
    case $l in /*) printf "%s\t%s\t%s\n" "$n" "$l" "$(readlink -f "$l")";; *) printf "%s\t\t\n" "$n";; esac
  done
  echo @parents
  p=$(member "$me" PPid)
  while [ -n "$p" ] && [ "$p" != 0 ] && [ -r "/proc/$p/comm" ]; do
    read -r n <"/proc/$p/comm"
    printf "%s\t%s\n" "$p" "$n"
    p=$(member "$p" PPid)
  done
}
)sh";

// The frame around a probe. `limit SECONDS ARGV...` ends what does not end; without timeout(1) a child waits beside it.
constexpr const char* frame = R"sh(
exec 9>&1
root=no
if [ "$(id -u)" = 0 ]; then root=yes
elif [ "$try_sudo" = yes ]; then
  why=$( (sudo -n true) 2>&1 </dev/null) && root=sudo
fi
export TZ=UTC LC_ALL=C SYSTEMD_PAGER=cat PAGER=cat SYSTEMD_COLORS=0 GIT_OPTIONAL_LOCKS=0
unset LD_PRELOAD LD_LIBRARY_PATH LANGUAGE
clock=
command -v timeout >/dev/null 2>&1 && clock=yes
limit() {
  seconds=$1
  shift
  exec 5<&0
  if [ "$clock" ]; then
    $as timeout -k 2 "$seconds" "$@"
    return
  fi
  $as "$@" <&5 5<&- &
  child=$!
  (
    n=0
    while [ "$n" -lt "$seconds" ]; do
      sleep 1
      kill -0 "$child" 2>/dev/null || exit 0
      n=$((n + 1))
    done
    kill "$child"
    sleep 2
    kill -9 "$child"
  ) >/dev/null 2>&1 9>&- &
  watch=$!
  wait "$child"
  set -- "$?"
  kill "$watch" 2>/dev/null
  return "$1"
}
probe() {
  printf '>%s\n' "$1"
  as=
  [ "$2" = root ] && [ "$root" = sudo ] && as='sudo -n'
  seconds=$3
  side=$4
  size=$5
  feed=$6
  shift 6
  result=$( {
    {
      if [ "$feed" ]; then printf '%s\n' "$feed" | limit "$seconds" "$@" 2>&7 7>&- 8>&- 9>&-
      else limit "$seconds" "$@" </dev/null 2>&7 7>&- 8>&- 9>&-
      fi
      printf '\n=%s' "$?" >&8
    } | "$side" -c "$size" | sed 's/^/|/' >&9
  } 7>&1 8>&1 | tail -c 4100)
  printf '\n'
  printf '%s\n' "${result%=*}" | sed '/^$/d; s/^/!/'
  printf '=%s\n' "${result##*=}"
}
)sh";

const char* function_of(ProbeKind kind) {
    switch (kind) {
        case ProbeKind::command: return "";
        case ProbeKind::file: return "files";
        case ProbeKind::stat: return "stats";
        case ProbeKind::secret: return "secrets";
        case ProbeKind::certificate: return "certificates";
        case ProbeKind::session: return "session";
        case ProbeKind::space: return "space";
        case ProbeKind::processes: return "running";
    }
    return "";
}

std::string call_of(const Probe& probe) {
    if (probe.kind == ProbeKind::command) return shell_words(probe.words);
    // names of processes are patterns for the function; paths are expanded in its shell, which may be root's
    const char* arguments = probe.kind == ProbeKind::processes ? "\\\"\\$@\\\"" : "\\$*";
    std::string call = fmt::format("sh -c \"$functions\n{} {}\" sh", function_of(probe.kind), arguments);
    if (probe.kind == ProbeKind::session) {
        call += " \"$$\"";
        for (const std::string& name : tools()) call += " " + name;
    }
    for (const std::string& word : probe.words) call += " '" + word + "'";
    return call;
}

}  // namespace

ShellScript shell_script(const std::vector<Probe>& probes, const std::string& key, bool sudo) {
    ShellScript script;
    script.nonce = random_hex(8);
    std::string& text = script.text;
    // one function, so that a script that is cut off on its way does nothing
    text = "main() {\n";
    text += fmt::format("try_sudo={}\nkey={}\nfunctions='{}'\n", sudo ? "yes" : "no", key, functions);
    text += frame;
    text += fmt::format("printf '\\nnixwhy {} %s\\n' \"$root ${{why:-}}\"\n", script.nonce);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const Probe& probe = probes[i];
        const bool root = contains(probe.needs, "root");
        text += fmt::format("probe {} {} {} {} {} \"{}\" {}\n", i, root ? "root" : "own", probe.seconds_max, probe.newest ? "tail" : "head", probe.bytes_max + 1,
                            probe.kind == ProbeKind::secret ? "$key" : "", call_of(probe));
    }
    text += fmt::format("printf '.{}\\n'\n}}\nmain\nexit 0\n", script.nonce);
    return script;
}

ShellResult read_shell_output(const std::vector<Probe>& probes, std::string_view nonce, std::string_view output) {
    ShellResult result;
    for (const Probe& probe : probes) {
        Gathered one;
        one.probe = probe.name;
        one.command = probe.kind == ProbeKind::command ? shell_words(probe.words) : join(probe.words, " ");
        one.missing = "the connection ended before it";
        result.gathered.push_back(std::move(one));
    }
    const std::string opening = fmt::format("\nnixwhy {} ", nonce);
    const std::size_t start = output.find(opening);
    if (start == std::string_view::npos) return result;
    output.remove_prefix(start + opening.size());
    result.root = std::string(trim(output.substr(0, output.find('\n'))));
    const std::string ending = fmt::format(".{}", nonce);
    Gathered* current = nullptr;
    bool first = true;
    for (const std::string_view line : split(output, '\n')) {
        std::string_view rest = line;
        long long number = 0;
        if (line == ending) result.complete = true;
        if (take_prefix(rest, ">") && take_number(rest, number) && rest.empty()) {
            current = static_cast<std::size_t>(number) < result.gathered.size() ? &result.gathered[static_cast<std::size_t>(number)] : nullptr;
            first = true;
            if (current != nullptr) current->missing = "the connection ended during it";
        }
        if (current == nullptr) continue;
        if (!line.empty() && line[0] == '|') {
            current->text += (first ? "" : "\n") + std::string(line.substr(1));
            first = false;
        } else if (line.empty() && !first) {
            current->text += "\n";
        } else if (!line.empty() && line[0] == '!') {
            current->error += std::string(line.substr(1)) + "\n";
        } else if (rest = line; take_prefix(rest, "=")) {
            if (take_number(rest, number)) current->status = static_cast<int>(number);
            current->missing.clear();
            current = nullptr;
        }
    }
    for (std::size_t i = 0; i < probes.size(); ++i) {
        Gathered& one = result.gathered[i];
        const Probe& probe = probes[i];
        one.bytes = one.text.size();
        one.cut = one.text.size() > probe.bytes_max;
        if (one.cut) one.text.erase(probe.newest ? 0 : probe.bytes_max, 1);
        if (!one.missing.empty()) continue;
        one.timed_out = one.status == 124 || one.status == 137;
        if (one.timed_out) one.missing = fmt::format("it did not end within {} s and was ended{}", probe.seconds_max, one.text.empty() ? "" : "; what it gave until then is kept");
        if (one.status == 127 && one.text.empty()) one.missing = probe.words[0] + " is not there" + (probe.needs.empty() ? "" : ": it belongs to " + probe.needs);
    }
    return result;
}

}  // namespace nixwhy
