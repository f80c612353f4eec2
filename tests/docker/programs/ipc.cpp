// In the images of these tests: `ipc hold` makes one of each thing by which processes meet that has
// no file in their root, says so, and waits; `ipc look` names those that it finds.
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

constexpr key_t kKey = 0x746c;
constexpr const char* kName = "/poison";

sockaddr_un abstract_address() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path + 1, "poison");
  return address;
}

int hold() {
  const auto address = abstract_address();
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  const bool held =
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(listener, 1) == 0 && shmget(kKey, 4096, IPC_CREAT | 0666) >= 0 &&
      semget(kKey, 1, IPC_CREAT | 0666) >= 0 && msgget(kKey, IPC_CREAT | 0666) >= 0 &&
      mq_open(kName, O_CREAT | O_RDWR, 0666, nullptr) >= 0 &&
      shm_open(kName, O_CREAT | O_RDWR, 0666) >= 0;
  std::puts(held ? "held" : "not held");
  std::fflush(stdout);
  while (held) pause();
  return 1;
}

int look() {
  const auto address = abstract_address();
  const int caller = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    std::puts("abstract socket");
  }
  if (shmget(kKey, 0, 0) >= 0) std::puts("System V shared memory");
  if (semget(kKey, 0, 0) >= 0) std::puts("System V semaphore");
  if (msgget(kKey, 0) >= 0) std::puts("System V message queue");
  if (mq_open(kName, O_RDWR) >= 0) std::puts("POSIX message queue");
  if (shm_open(kName, O_RDWR, 0) >= 0) std::puts("POSIX shared memory");
  std::puts("looked");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  return count > 1 && std::string_view(words[1]) == "hold" ? hold() : look();
}
