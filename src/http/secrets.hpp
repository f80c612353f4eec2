// Secrets that are shown once, and what is kept of them. A secret is 256 random bits, so a plain
// SHA-256 of it can't be searched backwards. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::http {

// 64 hex digits of fresh randomness. Ends the process where the system has none.
std::string new_secret();
// What a token looks like: people and secret scanners know it by its start.
std::string new_token();

// SHA-256 as 64 hex digits.
std::string hash_of(std::string_view secret);
// In a time that does not tell where they differ.
bool same_hash(std::string_view a, std::string_view b);

}  // namespace testlooper::http
