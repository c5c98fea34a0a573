// The filter is a list of what is refused, not of what is allowed: allocators, threads and C libraries differ in what
// they ask for, and a log that goes unexplained because of a new libc helps nobody. Refused calls fail with EPERM.
#include "base/confine.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nixwhy {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t architecture = 0;  // no filter: call numbers of this machine are not known here
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NIXWHY_LEAK_CHECK 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define NIXWHY_LEAK_CHECK 1
#endif

constexpr auto refused = std::to_array<std::uint32_t>({
    // programs
    __NR_execve, __NR_execveat,
    // network; io_uring could open sockets past any filter
    __NR_socket, __NR_socketpair, __NR_connect, __NR_bind, __NR_listen, __NR_accept, __NR_accept4, __NR_sendto, __NR_sendmsg, __NR_sendmmsg,
    __NR_io_uring_setup,
    // other processes
    __NR_process_vm_readv, __NR_process_vm_writev, __NR_kill, __NR_pidfd_open, __NR_pidfd_send_signal,
    // the machine
    __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_setns, __NR_unshare, __NR_init_module, __NR_finit_module, __NR_delete_module,
    __NR_kexec_load, __NR_reboot, __NR_sethostname, __NR_settimeofday, __NR_clock_settime, __NR_bpf, __NR_perf_event_open, __NR_userfaultfd,
    __NR_keyctl, __NR_add_key, __NR_request_key, __NR_open_by_handle_at,
    // links and devices: a report needs neither
    __NR_mknodat, __NR_symlinkat, __NR_linkat, __NR_setuid, __NR_setgid, __NR_setresuid, __NR_setresgid,
#if defined(__x86_64__)
    __NR_mknod, __NR_symlink, __NR_link,
#endif
#if !defined(NIXWHY_LEAK_CHECK)  // the leak check at the end of a sanitized run looks at the process from a child
    __NR_ptrace,
#if defined(__x86_64__)
    __NR_fork, __NR_vfork,
#endif
#endif
});

sock_filter step(unsigned code, std::uint32_t value, std::size_t if_true = 0, std::size_t if_false = 0) {
    return {static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true), static_cast<std::uint8_t>(if_false), value};
}

sock_filter load(std::size_t offset) { return step(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t value) { return step(BPF_RET | BPF_K, value); }

std::vector<sock_filter> filter() {
    constexpr unsigned equal = BPF_JMP | BPF_JEQ | BPF_K;
    constexpr unsigned has_bits = BPF_JMP | BPF_JSET | BPF_K;
    constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
    // the lower half of a 64-bit argument, on these little-endian machines
    const auto argument = [](std::size_t number) { return offsetof(seccomp_data, args) + number * sizeof(std::uint64_t); };
    std::vector<sock_filter> steps{load(offsetof(seccomp_data, arch)), step(equal, architecture, 1), answer(refuse),
                                   load(offsetof(seccomp_data, nr))};
#if defined(__x86_64__)
    steps.insert(steps.end(), {step(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1), answer(refuse)});  // x32 has numbers of its own
#endif
    for (const std::uint32_t call : refused) steps.insert(steps.end(), {step(equal, call, 0, 1), answer(refuse)});
    // typing into the terminal on somebody's behalf
    steps.insert(steps.end(), {step(equal, __NR_ioctl, 0, 5), load(argument(1)), step(equal, TIOCSTI, 1), step(equal, 0x541CU /* TIOCLINUX */, 0, 1),
                               answer(refuse), load(offsetof(seccomp_data, nr))});
#if !defined(NIXWHY_LEAK_CHECK)
    // threads, but no processes: clone3 keeps its flags in memory, where no filter sees them, and libc falls back to clone
    steps.insert(steps.end(), {step(equal, __NR_clone3, 0, 1), answer(SECCOMP_RET_ERRNO | ENOSYS), step(equal, __NR_clone, 0, 3), load(argument(0)),
                               step(has_bits, CLONE_THREAD, 1), answer(refuse)});
#else
    static_cast<void>(has_bits);
#endif
    steps.push_back(answer(SECCOMP_RET_ALLOW));
    return steps;
}

bool refuse_calls() {
    if (architecture == 0) return false;
    std::vector<sock_filter> steps = filter();
    const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

// As of linux/landlock.h of Linux 6.12; older kernels take the first members, older headers do not know the rest.
struct LandlockRuleset {
    std::uint64_t files;
    std::uint64_t network;
    std::uint64_t scopes;
};
struct __attribute__((packed)) LandlockFolder {
    std::uint64_t allowed;
    std::int32_t folder;
};

bool refuse_files(const std::string& writable_folder) {
    const long version = ::syscall(__NR_landlock_create_ruleset, nullptr, 0, 1U);
    if (version < 1) return false;
    constexpr std::uint64_t execute = 1U << 0U, write = 1U << 1U, read = (1U << 2U) | (1U << 3U), all_of_first = (1U << 13U) - 1;
    std::uint64_t rights = all_of_first & ~read;
    if (version >= 2) rights |= 1U << 13U;  // to link and rename into another folder
    if (version >= 3) rights |= 1U << 14U;  // to truncate
    const LandlockRuleset wanted{rights, version >= 4 ? 3U : 0U, version >= 6 ? 3U : 0U};
    const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const int rules = static_cast<int>(::syscall(__NR_landlock_create_ruleset, &wanted, size, 0U));
    if (rules < 0) return false;
    bool done = true;
    if (!writable_folder.empty()) {
        constexpr std::uint64_t make_and_remove = (1U << 5U) | (1U << 8U);
        const LandlockFolder folder{(write | make_and_remove | (1U << 14U)) & rights & ~execute, ::open(writable_folder.c_str(), O_PATH | O_CLOEXEC)};
        // a folder that is not there: writing will say so
        if (folder.folder >= 0) done = ::syscall(__NR_landlock_add_rule, rules, 1U, &folder, 0U) == 0, ::close(folder.folder);
    }
    done = done && ::syscall(__NR_landlock_restrict_self, rules, 0U) == 0;
    ::close(rules);
    return done;
}

}  // namespace

Confinement confine(const std::string& writable_folder) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {};
    Confinement out;
    out.files = refuse_files(writable_folder);
    out.programs_and_network = refuse_calls();
    return out;
}

}  // namespace nixwhy
