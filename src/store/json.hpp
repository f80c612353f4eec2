// JSON columns back to values. What we wrote we can read: a column that does not parse means that
// the file is damaged.
#pragma once

#include <string_view>

#include "testlooper/ports/store.hpp"

#include "codec/store_json.hpp"

namespace testlooper::store {

template <typename T>
T parse_json(std::string_view text) {
  auto value = codec::from_json<T>(text);
  if (!value) {
    throw StoreFault("the store is damaged: a stored value does not parse: " +
                     value.error().text());
  }
  return *std::move(value);
}

}  // namespace testlooper::store
