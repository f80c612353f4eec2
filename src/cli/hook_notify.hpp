// Delivers the notes that the git hook left in a repository's spool folder. Several may be started
// at the same time; one works, and one more waits, so that a note that comes late is seen.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

#include "cli/hook_settings.hpp"

namespace testlooper::cli {

struct Announcement {
  std::string body;         // JSON
  std::string delivery_id;  // the same when it is sent again
};

// Sends one; the status of the answer. Errors: unavailable.
using SendAnnouncement = std::function<Result<int>(const Announcement&)>;

struct NotifyCount {
  int delivered = 0;  // notes
  int kept = 0;
  std::string why;  // of the last one that was kept
};

// What a note says, one for each ref: lines of "old new ref"; no lines ask to look at everything.
std::vector<Announcement> announcements(const std::string& note, const std::string& note_name,
                                        const std::string& repo);

// A note goes when the server has taken all of it, and stays otherwise. Errors: unavailable.
Result<NotifyCount> deliver_notes(const std::string& git_dir, const HookSettings& settings,
                                  const SendAnnouncement& send);

}  // namespace testlooper::cli
