#include "http/shared_pages.hpp"

#include <algorithm>
#include <utility>

#include "testlooper/base/limits.hpp"

namespace testlooper::http {

std::size_t SharedPage::bytes() const {
  std::size_t fields = 0;
  for (const auto& field : response.fields) fields += field.name.size() + field.value.size();
  return response.body_bytes() + fields + sizeof(SharedPage);
}

std::shared_ptr<const SharedPage> SharedPages::last(const Key& key) const {
  const auto found = pages_.find(key);
  return found == pages_.end() ? nullptr : found->second;
}

void SharedPages::keep(const Key& key, std::shared_ptr<const SharedPage> page) {
  const auto size = [&](const SharedPage& each) { return each.bytes() + key.size(); };
  auto& place = pages_[key];
  if (place) bytes_ -= size(*place);
  place = std::move(page);
  bytes_ += size(*place);
  while (bytes_ > limits::kSharedPagesBytes) drop_oldest();
}

void SharedPages::drop_oldest() {
  const auto oldest =
      std::ranges::min_element(pages_, {}, [](const auto& each) { return each.second->made; });
  bytes_ -= oldest->second->bytes() + oldest->first.size();
  pages_.erase(oldest);
}

std::shared_ptr<PageInMaking> SharedPages::making(const Key& key) const {
  const auto found = making_.find(key);
  return found == making_.end() ? nullptr : found->second;
}

std::shared_ptr<PageInMaking> SharedPages::begin(const asio::any_io_executor& executor,
                                                 const Key& key) {
  return making_[key] = std::make_shared<PageInMaking>(executor);
}

void SharedPages::end(const Key& key, const std::shared_ptr<PageInMaking>& making,
                      std::shared_ptr<const SharedPage> page) {
  const auto found = making_.find(key);
  if (found != making_.end() && found->second == making) making_.erase(found);
  making->page = std::move(page);
  making->over = true;
  making->done.cancel();
}

}  // namespace testlooper::http
