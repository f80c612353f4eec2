// The first process of a pause container: holds the network that runs join, one after the other.
//
// Docker gives those runs this container's own /etc/hosts, /etc/hostname and /etc/resolv.conf, and a
// run may write to them. So before each run the server sends one byte on the standard input; the
// files are put back as they were, and one byte is the answer. When the server goes away the input
// ends, and so does this.

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kFiles = 3, kMostBytes = 256 * 1024 };

struct file {
  const char *path;
  int fd;
  struct stat at_start;
  size_t size;
  char *content;
};

static char contents[kFiles][kMostBytes];
static struct file files[kFiles] = {{.path = "/etc/hosts", .content = contents[0]},
                                    {.path = "/etc/hostname", .content = contents[1]},
                                    {.path = "/etc/resolv.conf", .content = contents[2]}};
static char now[kMostBytes + 1];

static int remember(struct file *f) {
  f->fd = open(f->path, O_RDWR | O_CLOEXEC);
  if (f->fd < 0) return 0;
  const ssize_t size = pread(f->fd, f->content, kMostBytes, 0);
  if (size < 0 || size == kMostBytes || fstat(f->fd, &f->at_start) != 0) return -1;
  f->size = (size_t)size;
  return 0;
}

static int put_back(const struct file *f) {
  struct stat is;
  if (f->fd < 0) return 0;
  if (fstat(f->fd, &is) != 0) return -1;
  if (is.st_uid != f->at_start.st_uid || is.st_gid != f->at_start.st_gid) {
    if (fchown(f->fd, f->at_start.st_uid, f->at_start.st_gid) != 0) return -1;
  }
  if (is.st_mode != f->at_start.st_mode && fchmod(f->fd, f->at_start.st_mode & 07777) != 0) {
    return -1;
  }
  const ssize_t size = pread(f->fd, now, sizeof now, 0);
  if (size == (ssize_t)f->size && memcmp(now, f->content, f->size) == 0) return 0;
  if (ftruncate(f->fd, 0) != 0) return -1;
  return pwrite(f->fd, f->content, f->size, 0) == (ssize_t)f->size ? 0 : -1;
}

int main(void) {
  for (int i = 0; i < kFiles; ++i) {
    if (remember(&files[i]) != 0) return 1;
  }
  char byte;
  while (read(STDIN_FILENO, &byte, 1) == 1) {
    for (int i = 0; i < kFiles; ++i) {
      if (put_back(&files[i]) != 0) return 1;
    }
    if (write(STDOUT_FILENO, "k", 1) != 1) return 1;
  }
  return 0;
}
