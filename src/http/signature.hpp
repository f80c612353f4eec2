// Who may announce a push: whoever knows the secret. Pure.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::http {

// Whether `field`, a value of X-Hub-Signature-256, signs these very bytes with the secret. Takes
// the same time however much of it is right.
bool is_signed(std::string_view field, std::string_view body, const std::string& secret);

}  // namespace testlooper::http
