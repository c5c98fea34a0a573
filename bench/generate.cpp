// Writes logs that look like those of a machine, from a seed: the same arguments give the same bytes.
//   bench_generate node|nix|export SIZE SEED [FAULTS]
// node: a journal in short-iso form; nix: output of nix build; export: the node's lines as journal records, for
// systemd-journal-remote. SIZE is in bytes, for `export` in entries. One line in FAULTS (1000) tells a failure.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

// In the texts: {w} a word, {n} a namespace, {h8} hex digits, {d4} digits, {s} a store hash, {a} an address,
// {k} the head of a klog line behind its letter, {t} a time with fractions.
struct Row {
    const char* who;
    int weight;
    const char* text;
};

constexpr Row node_rows[] = {
    {"kubelet", 55, R"~(I{k} kubelet.go:2447] "SyncLoop (PLEG): event for pod" pod="{n}/{w}-{h10}-{h5}" event={"ID":"{h8}-{h4}-{h4}","Type":"ContainerStarted","Data":"{h64}"})~"},
    {"kubelet", 45, R"~(I{k} reconciler_common.go:218] "operationExecutor.MountVolume started for volume \"config\" (UniqueName: \"kubernetes.io/configmap/{h8}-config\") pod \"{w}-{h5}\" (UID: \"{h8}\") " pod="{n}/{w}-{h5}")~"},
    {"kubelet", 20, R"~(I{k} prober.go:111] "Probe failed" probeType="Liveness" pod="{n}/{w}-{h5}" podUID="{h8}" containerName="{w}" probeResult="failure" output="Get \"http://{a}:8080/healthz\": dial tcp {a}:8080: connect: connection refused")~"},
    {"kubelet", 8, R"~(E{k} pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"{w}\" with CrashLoopBackOff: \"back-off 2m40s restarting failed container={w} pod={w}-{h5}_{n}({h8})\"" pod="{n}/{w}-{h5}" podUID="{h8}")~"},
    {"kubelet", 12, R"~(I{k} kubelet_volumes.go:163] "Cleaned up orphaned pod volumes dir" podUID="{h8}" path="/var/lib/kubelet/pods/{h8}/volumes")~"},
    {"kubelet", 10, R"~(I{k} desired_state_of_world_populator.go:157] "Finished populating initial desired state of world" errors={d1})~"},
    {"containerd", 50, R"~(time="{t}" level=info msg="CreateContainer within sandbox \"{h64}\" for &ContainerMetadata{Name:{w},Attempt:{d1},} returns container id \"{h64}\"")~"},
    {"containerd", 40, R"~(time="{t}" level=info msg="StartContainer for \"{h64}\" returns successfully")~"},
    {"containerd", 20, R"~(time="{t}" level=info msg="stop pulling image registry.internal/{w}/{w}:v1.{d2}: active requests=0, bytes read={d8}")~"},
    {"containerd", 8, R"~(time="{t}" level=warning msg="cleanup warnings time=\"{t}\" level=info msg=\"starting signal loop\" namespace=k8s.io pid={d5} runtime=io.containerd.runc.v2\n")~"},
    {"containerd", 5, R"~(time="{t}" level=error msg="ContainerStatus for \"{h64}\" failed" error="rpc error: code = NotFound desc = an error occurred when try to find container \"{h64}\": not found")~"},
    {"kernel", 30, "eth0: renamed from veth{h7}"},
    {"kernel", 25, "cni0: port {d2}(veth{h8}) entered blocking state"},
    {"kernel", 15, "IPv6: ADDRCONF(NETDEV_CHANGE): veth{h8}: link becomes ready"},
    {"kernel", 10, "refused connection: IN=eth0 OUT= MAC={h12} SRC={a} DST={a} LEN=44 TTL={d2} ID={d5} PROTO=TCP SPT={d5} DPT={d4} WINDOW=1024 SYN URGP=0"},
    {"systemd", 30, "Started libcontainer container {h64}."},
    {"systemd", 30, "cri-containerd-{h64}.scope: Deactivated successfully."},
    {"systemd", 10, "Starting Cleanup of Temporary Directories..."},
    {"systemd", 10, "{w}.service: Consumed {d2}.{d3}s CPU time."},
    {"systemd", 4, "{w}.service: Main process exited, code=exited, status={d1}/FAILURE"},
    {"systemd", 3, "{w}.service: Failed with result 'exit-code'."},
    {"sshd", 15, "Failed password for invalid user {w} from {a} port {d5} ssh2"},
    {"sshd", 10, "Connection closed by {a} port {d5} [preauth]"},
    {"sshd", 10, "pam_unix(sshd:session): session opened for user admin(uid=1001) by (uid=0)"},
    {"etcd", 25, R"~({"level":"info","ts":"{t}","caller":"mvcc/hash.go:137","msg":"storing new hash","hash":{d9},"revision":{d7},"compact-revision":{d7}})~"},
    {"etcd", 8, R"~({"level":"warn","ts":"{t}","caller":"txn/util.go:93","msg":"apply request took too long","took":"{d3}.{d6}ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\"/registry/{w}/{n}\" ","response":"range_response_count:0 size:7"})~"},
    {"kube-apiserver", 35, R"~(I{k} httplog.go:134] "HTTP" verb="GET" URI="/apis/apps/v1/namespaces/{n}/deployments/{w}?timeout={d2}s" latency="{d2}.{d6}ms" userAgent="kube-controller-manager/v1.30.{d1} (linux/amd64)" audit-ID="{h8}-{h4}" srcIP="{a}:{d5}" resp=200)~"},
    {"kube-apiserver", 6, R"~(E{k} authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, Token has expired]")~"},
    {"kube-proxy", 12, R"~(I{k} proxier.go:853] "SyncProxyRules complete" ipFamily="IPv4" elapsed="{d2}.{d6}ms")~"},
    {"certmgr", 10, R"~({t} level=info msg="manager: certificate /var/lib/kubernetes/secrets/{w}.pem: not due for renewal for {d3}h")~"},
    {"flanneld", 10, "I{k} iptables.go:372] bootstrap done, rules for {a}/16 are in place"},
};

constexpr Row node_faults[] = {
    {"kubelet", 1, R"~(E{k} run.go:74] "command failed" err="failed to load kubelet config file, path: /etc/kubernetes/kubelet.yaml, error: open /etc/kubernetes/kubelet.yaml: no such file or directory")~"},
    {"kubelet", 1, R"~(E{k} kubelet_node_status.go:107] "Unable to register node with API server" err="Post \"https://{a}:6443/api/v1/nodes\": tls: failed to verify certificate: x509: certificate signed by unknown authority" node="{w}")~"},
    {"containerd", 1, R"~(time="{t}" level=error msg="PullImage \"registry.internal/{w}:v{d1}\" failed" error="failed to pull and unpack image: dial tcp: lookup registry.internal: no such host")~"},
    {"flanneld", 1, R"~(E{k} main.go:335] Error registering network: failed to acquire lease: node "{w}" pod cidr not assigned)~"},
    {"etcd", 1, R"~({"level":"error","ts":"{t}","caller":"etcdserver/server.go:851","msg":"mvcc: database space exceeded"})~"},
    {"certmgr", 1, R"~({t} level=fatal msg="certmgr: invalid auth token: encoding/hex: odd length hex string")~"},
    {"kernel", 1, "Out of memory: Killed process {d5} ({w}) total-vm:{d7}kB, anon-rss:{d6}kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:{d4}kB oom_score_adj:0"},
    {"systemd", 1, "{w}.service: Start request repeated too quickly."},
    {"systemd", 1, "Failed to start {w}.service - {w}."},
    {"nixos-rebuild", 1, "error: attribute '{w}' missing"},
};

constexpr Row nix_rows[] = {
    {"", 40, "building '/nix/store/{s}-{w}-{d1}.{d2}.drv'..."},
    {"", 50, "copying path '/nix/store/{s}-{w}-{d1}.{d2}' from 'https://cache.nixos.org'..."},
    {"", 10, "these {d2} derivations will be built:"},
    {"", 40, "  /nix/store/{s}-{w}-{d1}.{d2}.drv"},
    {"", 120, "{w}> [ {d2}%] Building C object lib/CMakeFiles/{w}.dir/{w}.c.o"},
    {"", 140, "{w}>   CC      {w}/{w}.o"},
    {"", 90, "{w}> gcc -O2 -g -fstack-protector-strong -Wformat -Werror=format-security -I./include -c {w}/{w}.c -o {w}/{w}.o"},
    {"", 60, "{w}> checking for {w}.h... yes"},
    {"", 50, "{w}> ok {d3} - {w} handles errors of {w}"},
    {"", 40, "{w}> {w}/{w}.c:{d3}:{d2}: warning: comparison of integer expressions of different signedness [-Wsign-compare]"},
    {"", 40, "{w}> test {w}::tests::fails_on_{w} ... ok"},
    {"", 30, "{w}> shrinking RPATHs of ELF executables and libraries in /nix/store/{s}-{w}-{d1}.{d2}"},
    {"", 30, "{w}>    Compiling {w}-{w} v0.{d2}.{d1}"},
    {"", 20, "{w}> patching sources"},
    {"", 15, "{w}> test result: ok. {d3} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"},
    {"", 5, "evaluation warning: The option `services.{w}.extraConfig' has been renamed to `services.{w}.settings'."},
};

constexpr Row nix_faults[] = {
    {"", 1, "error: builder for '/nix/store/{s}-{w}-{d1}.{d2}.drv' failed with exit code {d1};"},
    {"", 1, "error: hash mismatch in fixed-output derivation '/nix/store/{s}-source.drv':"},
    {"", 1, "error: undefined variable '{w}'"},
    {"", 1, "error: attribute '{w}' missing"},
    {"", 1, "{w}> {w}/{w}.c:{d3}:{d2}: fatal error: {w}.h: No such file or directory"},
    {"", 1, "error: writing to file: No space left on device"},
    {"", 1, "{w}> make: *** [Makefile:{d3}: all] Error {d1}"},
};

constexpr const char* words[] = {"alerta", "borg", "caddy", "dnsmasq", "envoy", "fluent", "gitea", "haproxy", "influx", "jaeger", "keycloak", "lighttpd",
                                 "minio", "netdata", "openldap", "postfix", "qemu", "restic", "samba", "traefik", "unbound", "vault", "wireguard", "xorg", "yggdrasil", "zigbee"};
constexpr const char* namespaces[] = {"kube-system", "default", "billing", "search", "web", "longhorn-system"};

class Generator {
public:
    explicit Generator(std::uint64_t seed) : state_(seed * 2654435761U + 1) {}

    std::uint64_t below(std::uint64_t end) {  // xorshift64*, Vigna 2016
        state_ ^= state_ >> 12U, state_ ^= state_ << 25U, state_ ^= state_ >> 27U;
        return ((state_ * 2685821657736338717ULL) >> 33U) % end;
    }
    template <std::size_t Count>
    const Row& pick(const Row (&rows)[Count]) {
        std::uint64_t all = 0;
        for (const Row& row : rows) all += static_cast<std::uint64_t>(row.weight);
        std::uint64_t at = below(all);
        for (const Row& row : rows) {
            if (at < static_cast<std::uint64_t>(row.weight)) return row;
            at -= static_cast<std::uint64_t>(row.weight);
        }
        return rows[0];
    }
    void put(std::string_view text, std::string& out) {
        while (!text.empty()) {
            const bool field = text[0] == '{' && text.size() > 2 && (text[2] == '}' || (text[1] == 'h' || text[1] == 'd')) && text.substr(0, 5).find('}') != text.npos;
            if (!field) {
                out += text[0];
                text.remove_prefix(1);
                continue;
            }
            put_field(text[1], std::atoi(text.data() + 2), out);
            text.remove_prefix(text.find('}') + 1);
        }
    }
    void step() { now_us_ += 500 + below(50000); }
    std::string stamp(const char* format) const {
        const std::uint64_t seconds = now_us_ / 1000000;
        char text[64];
        std::snprintf(text, sizeof text, format, static_cast<int>(seconds / 86400 % 28) + 1, static_cast<int>(seconds / 3600 % 24), static_cast<int>(seconds / 60 % 60),
                      static_cast<int>(seconds % 60), static_cast<int>(now_us_ % 1000000));
        return text;
    }
    std::uint64_t realtime_us() const { return 1772323200000000ULL + now_us_; }

private:
    void put_some(const char* alphabet, std::uint64_t size, int count, std::string& out) {
        for (int i = 0; i < count; ++i) out += alphabet[below(size)];
    }
    void put_field(char kind, int count, std::string& out) {
        switch (kind) {
            case 'w': out += words[below(std::size(words))]; break;
            case 'n': out += namespaces[below(std::size(namespaces))]; break;
            case 'h': put_some("0123456789abcdef", 16, count, out); break;
            case 'd': out += static_cast<char>('1' + below(9)), put_some("0123456789", 10, count - 1, out); break;
            case 's': put_some("0123456789abcdfghijklmnpqrsvwxyz", 32, 32, out); break;
            case 'a': out += "10." + std::to_string(below(200)) + '.' + std::to_string(below(200)) + '.' + std::to_string(below(200)); break;
            case 'k': out += stamp("03%02d %02d:%02d:%02d.%06d    1043"); break;
            case 't': out += stamp("2026-03-%02dT%02d:%02d:%02d.%06dZ"); break;
            default: break;
        }
    }
    std::uint64_t state_;
    std::uint64_t now_us_ = 0;
};

}  // namespace

int main(int count, char** words_given) {
    if (count < 4) return 2;
    const std::string_view mode = words_given[1];
    const std::uint64_t size = std::strtoull(words_given[2], nullptr, 10), faults = count > 4 ? std::strtoull(words_given[4], nullptr, 10) : 1000;
    Generator make(std::strtoull(words_given[3], nullptr, 10));
    std::string out;
    for (std::uint64_t done = 0, entries = 0; mode == "export" ? entries < size : done + out.size() < size; ++entries) {
        make.step();
        const bool fault = make.below(faults) == 0;
        if (mode == "nix") {
            make.put((fault ? make.pick(nix_faults) : make.pick(nix_rows)).text, out);
            out += '\n';
        } else {
            const Row& row = fault ? make.pick(node_faults) : make.pick(node_rows);
            const std::string who = row.who;
            const std::string pid = who == "systemd" ? "1" : std::to_string(800 + who.size() * 37);
            if (mode == "node") {
                out += make.stamp("2026-03-%02dT%02d:%02d:%02d+0000 node-1 ") + who + (who == "kernel" ? ": " : "[" + pid + "]: ");
                make.put(row.text, out);
                out += '\n';
            } else {
                out += "__REALTIME_TIMESTAMP=" + std::to_string(make.realtime_us()) + "\n__MONOTONIC_TIMESTAMP=" + std::to_string(make.realtime_us() - 1772323200000000ULL);
                out += "\n_BOOT_ID=8d0c2f8e5a1b4c3d9e7f60718293a4b5\n_MACHINE_ID=0f1e2d3c4b5a69788796a5b4c3d2e1f0\n_HOSTNAME=node-1\nPRIORITY=6\nSYSLOG_IDENTIFIER=" + who;
                out += who == "kernel" ? "\n_TRANSPORT=kernel" : "\n_TRANSPORT=stdout\n_PID=" + pid + "\n_SYSTEMD_UNIT=" + (who == "systemd" ? "init.scope" : who + ".service");
                out += "\nMESSAGE=";
                make.put(row.text, out);
                out += "\n\n";
            }
        }
        if (out.size() > (1U << 20U)) done += out.size(), std::fwrite(out.data(), 1, out.size(), stdout), out.clear();
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
}
