// Counted over journals of Kubernetes nodes, output of nix builds, CI logs and pasted errors of many programs.
#include "base/commonness.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace nixwhy {

namespace {

struct Row {
    std::string_view word;
    double lines;  // of a thousand
};

constexpr std::array<Row, 301> rows{{
    {"access", 22}, {"account", 5}, {"activate", 7}, {"activating", 10}, {"active", 8}, {"add", 5}, {"address", 10},
    {"agent", 13}, {"and", 24}, {"api", 36}, {"apiserver", 30}, {"apply", 11}, {"are", 7}, {"attempt", 37},
    {"attribute", 6}, {"audit", 30}, {"authentication", 5}, {"backend", 13}, {"been", 7}, {"being", 11},
    {"between", 7}, {"bin", 28}, {"build", 26}, {"building", 89}, {"bytes", 8}, {"cache", 42}, {"caller", 30},
    {"can", 7}, {"cannot", 10}, {"cert", 13}, {"certificate", 19}, {"certmgr", 10}, {"change", 14}, {"check", 7},
    {"checking", 49}, {"client", 13}, {"closed", 11}, {"cluster", 12}, {"code", 35}, {"com", 23}, {"command", 9},
    {"common", 31}, {"compile", 9}, {"compiling", 14}, {"complete", 8}, {"config", 62}, {"configuration", 21},
    {"connect", 10}, {"connection", 27}, {"container", 68}, {"containerd", 134}, {"controller", 31}, {"copying", 34},
    {"count", 9}, {"daemon", 9}, {"data", 40}, {"dbus", 12}, {"deactivated", 23}, {"default", 25},
    {"dependencies", 7}, {"derivation", 13}, {"dev", 12}, {"device", 5}, {"dial", 27}, {"different", 13},
    {"directory", 9}, {"disconnected", 10}, {"docker", 30}, {"download", 8}, {"driver", 13}, {"drv", 111},
    {"duration", 10}, {"endpoint", 6}, {"env", 7}, {"environment", 7}, {"err", 16}, {"error", 180}, {"errors", 33},
    {"etc", 32}, {"etcd", 30}, {"evaluating", 16}, {"event", 50}, {"exception", 4}, {"exit", 16}, {"exited", 9},
    {"expected", 7}, {"expired", 5}, {"fail", 60}, {"failed", 83}, {"failure", 17}, {"false", 11}, {"fatal", 6},
    {"file", 29}, {"files", 17}, {"finished", 15}, {"flannel", 13}, {"following", 10}, {"for", 224}, {"forbidden", 8},
    {"format", 52}, {"found", 18}, {"from", 62}, {"function", 5}, {"gateway", 13}, {"gcc", 61}, {"get", 34},
    {"git", 22}, {"github", 22}, {"group", 6}, {"has", 13}, {"hash", 16}, {"home", 40}, {"host", 20}, {"http", 40},
    {"https", 30}, {"image", 24}, {"include", 52}, {"index", 20}, {"info", 129}, {"input", 9}, {"install", 7},
    {"installing", 12}, {"internal", 8}, {"invalid", 17}, {"iptables", 11}, {"job", 15}, {"kernel", 76}, {"key", 18},
    {"kube", 84}, {"kubelet", 145}, {"kubernetes", 59}, {"level", 145}, {"lib", 62}, {"libraries", 9}, {"line", 10},
    {"link", 14}, {"linux", 25}, {"list", 21}, {"loading", 6}, {"local", 7}, {"log", 6}, {"long", 7}, {"main", 18},
    {"managed", 8}, {"manager", 60}, {"master", 19}, {"may", 13}, {"message", 9}, {"metadata", 9}, {"metrics", 13},
    {"module", 13}, {"modules", 10}, {"mount", 12}, {"msg", 145}, {"mvcc", 22}, {"name", 50}, {"namespace", 17},
    {"namespaces", 25}, {"net", 6}, {"network", 16}, {"new", 11}, {"nix", 231}, {"nixos", 49}, {"node", 500},
    {"nodes", 6}, {"not", 40}, {"object", 74}, {"only", 7}, {"opened", 8}, {"operation", 15}, {"option", 11},
    {"org", 29}, {"out", 12}, {"output", 15}, {"pass", 12}, {"passed", 8}, {"password", 11}, {"path", 35},
    {"paths", 14}, {"pem", 10}, {"pid", 9}, {"plugin", 14}, {"pod", 114}, {"pods", 15}, {"port", 41}, {"prefix", 7},
    {"probe", 15}, {"prober", 15}, {"process", 11}, {"proxy", 25}, {"pulling", 8}, {"python", 15}, {"range", 9},
    {"read", 16}, {"ready", 14}, {"reason", 7}, {"rebuild", 14}, {"reference", 8}, {"refused", 16}, {"registry", 44},
    {"renamed", 16}, {"report", 13}, {"request", 15}, {"requests", 8}, {"response", 7}, {"restart", 10},
    {"restarting", 7}, {"result", 9}, {"returns", 56}, {"revision", 22}, {"root", 7}, {"route", 14}, {"rules", 11},
    {"run", 22}, {"running", 8}, {"runtime", 17}, {"sandbox", 37}, {"scope", 25}, {"script", 7}, {"search", 25},
    {"secret", 10}, {"security", 52}, {"server", 18}, {"service", 64}, {"services", 7}, {"session", 21}, {"set", 9},
    {"setting", 18}, {"shim", 10}, {"size", 7}, {"skipping", 7}, {"socket", 13}, {"source", 24}, {"spec", 6},
    {"src", 49}, {"ssh", 15}, {"sshd", 34}, {"start", 14}, {"started", 52}, {"starting", 14}, {"state", 21},
    {"status", 18}, {"stop", 8}, {"storage", 13}, {"store", 208}, {"stream", 13}, {"succeeded", 10},
    {"successful", 12}, {"successfully", 51}, {"such", 6}, {"syncing", 13}, {"system", 51}, {"systemd", 79},
    {"table", 13}, {"target", 6}, {"tcp", 28}, {"test", 29}, {"tests", 28}, {"the", 79}, {"this", 13}, {"time", 112},
    {"timed", 7}, {"timeout", 16}, {"tmp", 9}, {"token", 18}, {"too", 7}, {"took", 13}, {"trace", 8}, {"tree", 14},
    {"true", 6}, {"try", 8}, {"type", 45}, {"uid", 50}, {"unable", 10}, {"unavailable", 6}, {"undefined", 6},
    {"unexpected", 7}, {"unit", 26}, {"units", 21}, {"unknown", 9}, {"use", 12}, {"user", 28}, {"using", 21},
    {"value", 8}, {"values", 6}, {"var", 12}, {"variable", 9}, {"version", 9}, {"volume", 41}, {"waiting", 5},
    {"warn", 8}, {"warning", 41}, {"was", 7}, {"while", 23}, {"will", 11}, {"with", 38}, {"within", 37},
    {"worker", 13}, {"wrapper", 23}, {"you", 8}, {"your", 14},
}};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// Of a word that is in no table: the longer the rarer.
double lines_of_unknown(std::size_t length) {
    constexpr std::array<double, 9> by_length{1000, 400, 120, 25, 8, 3, 1.5, 1, 0.7};
    return by_length[std::min(length, by_length.size() - 1)];
}

}  // namespace

double lines_of_thousand(std::string_view literal) {
    double least = 1000.0, others = 1.0;
    for (std::size_t i = 0; i < literal.size();) {
        if (!is_letter(literal[i])) {
            // digits and signs between words make it a little rarer
            if (literal[i++] != ' ') others *= 0.8;
            continue;
        }
        const std::size_t start = i;
        while (i < literal.size() && is_letter(literal[i])) ++i;
        const std::string_view word = literal.substr(start, i - start);
        const bool whole = start > 0 && i < literal.size();  // else it may be the part of a longer one
        double lines = lines_of_unknown(word.size());
        for (const Row& row : rows) {
            if (whole ? row.word == word : contains(row.word, word)) lines = std::max(lines, row.lines);
        }
        others *= 0.6;
        least = std::min(least, lines);
    }
    return std::max(least * others, 0.01) + 1.0 / static_cast<double>(literal.size());
}

}  // namespace nixwhy
