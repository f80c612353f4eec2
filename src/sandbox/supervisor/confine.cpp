#include "sandbox/supervisor/confine.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace testlooper::sandbox {
namespace {

// The same as in the body of a run's container (docker/requests.cpp).
constexpr int kKept[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID,
                         CAP_SETUID, CAP_SETGID,       CAP_KILL};
constexpr int kMostCapabilities = 64;

// Newer than some headers.
constexpr std::uint32_t kMountSetattr = 442;
constexpr std::uint32_t kQuotactlFd = 443;

// What docker's filter opens for the capabilities that the supervisor has (seccomp_default.go:
// those of CAP_SYS_ADMIN and CAP_SYS_CHROOT; nothing for CAP_NET_ADMIN and CAP_SETPCAP), and
// pivot_root.
constexpr std::uint32_t kForbidden[] = {SYS_bpf,
                                        SYS_chroot,
                                        SYS_fanotify_init,
                                        SYS_fsconfig,
                                        SYS_fsmount,
                                        SYS_fsopen,
                                        SYS_fspick,
                                        SYS_lookup_dcookie,
                                        SYS_mount,
                                        SYS_move_mount,
                                        SYS_name_to_handle_at,
                                        SYS_open_tree,
                                        SYS_perf_event_open,
                                        SYS_pivot_root,
                                        SYS_quotactl,
                                        SYS_setdomainname,
                                        SYS_sethostname,
                                        SYS_setns,
                                        SYS_syslog,
                                        SYS_umount2,
                                        SYS_unshare,
                                        kMountSetattr,
                                        kQuotactlFd};

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kX32 = 0x40000000;  // a bit of the x32 calls' numbers
// The same for programs of 32 bits, with umount; by arch/x86/entry/syscalls/syscall_32.tbl.
constexpr std::uint32_t kOtherArchitecture = AUDIT_ARCH_I386;
constexpr std::uint32_t kOtherForbidden[] = {357, 61,  338, 431, 432, 430, 433, 253,
                                             21,  429, 341, 428, 336, 217, 131, 121,
                                             74,  346, 103, 52,  22,  310, 442, 443};
constexpr std::uint32_t kOtherClone = 120;
constexpr std::uint32_t kOtherClone3 = 435;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the system calls of this architecture are not known here"
#endif

// As docker masks it: every namespace but that of time, which clone can't make.
constexpr std::uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

class Filter {
 public:
  // What the filter looks at from here on, until it looks at something else.
  void look_at(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  void answer(std::uint32_t action) { add(BPF_RET | BPF_K, action); }
  void refuse(int error) { answer(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)); }
  // Goes into `block`, which must end with an answer, where it sees `value`, or any of `bits`.
  void where(std::uint32_t value, const Filter& block) { branch(BPF_JEQ, value, block); }
  void where_at_least(std::uint32_t value, const Filter& block) { branch(BPF_JGE, value, block); }
  void where_any(std::uint32_t bits, const Filter& block) { branch(BPF_JSET, bits, block); }
  void append(const Filter& other) {
    code_.insert(code_.end(), other.code_.begin(), other.code_.end());
  }
  bool install() {
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
  }

 private:
  void add(std::uint32_t operation, std::uint32_t value) {
    code_.push_back(BPF_STMT(static_cast<std::uint16_t>(operation), value));
  }
  void branch(std::uint32_t test, std::uint32_t value, const Filter& block) {
    code_.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, 0,
                             static_cast<std::uint8_t>(block.code_.size())));
    code_.insert(code_.end(), block.code_.begin(), block.code_.end());
  }
  std::vector<sock_filter> code_;
};

Filter refused(int error) {
  Filter filter;
  filter.refuse(error);
  return filter;
}

struct Rule {
  std::uint32_t call = 0;
  Filter answer;
};

// The kernel has a filter answer for each call that there is when it is installed, which is once a
// run: a search by halves asks a quarter as many questions as a list does. `rules` is sorted.
Filter decide(std::span<const Rule> rules) {
  constexpr std::size_t kFew = 3;
  Filter filter;
  if (rules.size() > kFew) {
    const auto middle = rules.size() / 2;
    filter.where_at_least(rules[middle].call, decide(rules.subspan(middle)));
    filter.append(decide(rules.first(middle)));
    return filter;
  }
  for (const auto& rule : rules) filter.where(rule.call, rule.answer);
  filter.answer(SECCOMP_RET_ALLOW);
  return filter;
}

Filter for_calls(std::span<const std::uint32_t> forbidden, std::uint32_t clone,
                 std::uint32_t clone3) {
  Filter cloning;
  cloning.look_at(offsetof(seccomp_data, args[0]));
  cloning.where_any(kNamespaces, refused(EPERM));
  cloning.answer(SECCOMP_RET_ALLOW);
  std::vector<Rule> rules{{clone, cloning}};
  // Its flags are out of reach; C libraries then use clone.
  rules.push_back({clone3, refused(ENOSYS)});
  for (const auto call : forbidden) rules.push_back({call, refused(EPERM)});
  std::ranges::sort(rules, {}, &Rule::call);
  Filter filter;
  filter.look_at(offsetof(seccomp_data, nr));
  filter.append(decide(rules));
  return filter;
}

Filter make_filter() {
  Filter own;
#if defined(__x86_64__)
  own.look_at(offsetof(seccomp_data, nr));
  own.where_any(kX32, refused(EPERM));
#endif
  own.append(for_calls(kForbidden, SYS_clone, SYS_clone3));
  Filter filter;
  filter.look_at(offsetof(seccomp_data, arch));
  filter.where(kArchitecture, own);
#if defined(__x86_64__)
  filter.where(kOtherArchitecture, for_calls(kOtherForbidden, kOtherClone, kOtherClone3));
#endif
  filter.answer(SECCOMP_RET_KILL_PROCESS);
  return filter;
}

bool keep_only(const int (&kept)[7]) {
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  for (const int each : kept) {
    sets[CAP_TO_INDEX(each)].permitted |= CAP_TO_MASK(each);
    sets[CAP_TO_INDEX(each)].effective |= CAP_TO_MASK(each);
  }
  for (int each = 0; each < kMostCapabilities; ++each) {
    const bool stays = (sets[CAP_TO_INDEX(each)].permitted & CAP_TO_MASK(each)) != 0;
    const int has = prctl(PR_CAPBSET_READ, each, 0, 0, 0);
    if (has < 0) break;  // this kernel knows no more of them
    if (has > 0 && !stays && prctl(PR_CAPBSET_DROP, each, 0, 0, 0) != 0) return false;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return syscall(SYS_capset, &header, sets) == 0;
}

}  // namespace

std::optional<Trouble> confine() {
  if (!keep_only(kKept)) return Trouble{"capabilities can't be given up", errno};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Trouble{"no_new_privs can't be set", errno};
  }
  if (!make_filter().install()) return Trouble{"no seccomp filter", errno};
  return std::nullopt;
}

std::optional<Trouble> confine_next_program(const std::string& profile) {
  if (profile.empty()) return std::nullopt;
  int fd = open("/proc/self/attr/apparmor/exec", O_WRONLY | O_CLOEXEC);
  // Older kernels have only the file that all security modules share.
  if (fd < 0) fd = open("/proc/self/attr/exec", O_WRONLY | O_CLOEXEC);
  const std::string order = "exec " + profile;
  const bool taken = fd >= 0 && write(fd, order.data(), order.size()) >= 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (taken) return std::nullopt;
  return Trouble{"AppArmor's profile " + profile + " can't be had for a run", error};
}

}  // namespace testlooper::sandbox
