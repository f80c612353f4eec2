#include "docker/layers.hpp"

#include <utility>

#include "docker/archive.hpp"
#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/tar.hpp"
#include "docker/temp_file.hpp"

namespace testlooper::docker {
namespace {

constexpr std::size_t kPasswdBytes = 1u << 20;
constexpr Seconds kCommitDeadline{limits::kSetupTimeoutSeconds};

Result<std::string> copy_with_owner(const std::string& from, Owner owner) {
  std::string to = from + ".owned";
  auto copied = rewrite_owner(from, to, owner);
  if (!copied) return std::unexpected(copied.error());
  return to;
}

Request text_body(std::string tar) {
  Request request;
  request.body = std::move(tar);
  return request;
}

Request file_body(std::string path) {
  Request request;
  request.body_file = std::move(path);
  return request;
}

}  // namespace

Awaitable<Result<void>> Layers::ensure(std::string image, SourceLayer source,
                                       CancelFlag cancelled) {
  std::shared_ptr<Making> making = making_[source.tag];
  if (!making) {
    making = making_[source.tag] = std::make_shared<Making>();
    spawn(host_, make(std::move(image), source, making),
          [this, making, tag = source.tag](std::exception_ptr e) {
            if (e) making->error = Error{ErrorKind::unavailable, text_of(e), "source layer"};
            making->done = true;
            making_.erase(tag);
          });
  }
  while (!making->done && !*cancelled) co_await host_.changed.wait();
  if (!making->done) co_return fail(ErrorKind::cancelled, "it was cancelled before it started");
  if (making->error) co_return std::unexpected(*making->error);
  co_return Result<void>{};
}

Awaitable<void> Layers::make(std::string image, SourceLayer source,
                             std::shared_ptr<Making> making) {
  auto made = co_await make_if_missing(std::move(image), std::move(source));
  if (!made) making->error = made.error();
}

Awaitable<Result<void>> Layers::make_if_missing(std::string image, SourceLayer source) {
  const auto there = co_await host_.client.call(get(image_target(source.tag)));
  if (!there) co_return std::unexpected(there.error());
  if (there->ok()) co_return Result<void>{};
  const auto base = co_await host_.client.call(get(image_target(image)));
  if (!base) co_return std::unexpected(base.error());
  if (!base->ok()) co_return not_found("docker has no image " + image);
  auto user = parse_image_user(base->body);
  if (!user) co_return std::unexpected(user.error());

  const std::string name = layer_container_name(host_.options.instance_id, host_.next_number++);
  const std::string body = layer_container_body(image, host_.options.instance_id);
  host_.in_use.insert(name);
  auto created = co_await body_of(host_, post("/containers/create?name=" + name, body),
                                  "no container for the commit's files");
  Result<void> done;
  if (created) {
    done = co_await fill_and_commit(image, std::move(source), std::move(*user), name);
  } else {
    done = std::unexpected(created.error());
  }
  co_await remove_container(host_, name);
  host_.in_use.erase(name);
  co_return done;
}

Awaitable<Result<void>> Layers::fill_and_commit(std::string image, SourceLayer source,
                                                std::string user, std::string container) {
  const auto shell = co_await look_at(host_, container, "/bin/sh");
  if (!shell) co_return std::unexpected(shell.error());
  if (!*shell) co_return invalid("the image " + image + " has no /bin/sh to run commands with");
  const auto owner = co_await owner_in(container, user);
  if (!owner) co_return std::unexpected(owner.error());
  auto put = co_await put_archive(host_, container, text_body(tar_of_folders(*owner)));
  if (!put) co_return put;

  const auto tar = co_await on_pool(host_, source.make_tar);
  if (!tar) co_return std::unexpected(tar.error());
  const TempFile original(*tar);
  if (is_root(user)) {
    put = co_await put_archive(host_, container, file_body(original.path()));
  } else {
    const auto owned =
        co_await on_pool(host_, [path = *tar, who = *owner] { return copy_with_owner(path, who); });
    if (!owned) co_return std::unexpected(owned.error());
    const TempFile copy(*owned);
    put = co_await put_archive(host_, container, file_body(copy.path()));
  }
  if (!put) co_return put;

  Request commit = post(layer_commit_target(container, source.tag),
                        layer_commit_body(host_.options.instance_id, "source"));
  commit.deadline = kCommitDeadline;
  const auto committed =
      co_await body_of(host_, std::move(commit), "no image with the commit's files");
  if (!committed) co_return std::unexpected(committed.error());
  co_return Result<void>{};
}

Awaitable<Result<Owner>> Layers::owner_in(std::string container, std::string user) {
  if (is_root(user)) co_return Owner{};
  const auto passwd = co_await fetch_file(host_, container, "/etc/passwd", kPasswdBytes);
  if (!passwd) co_return std::unexpected(passwd.error());
  const auto group = co_await fetch_file(host_, container, "/etc/group", kPasswdBytes);
  if (!group) co_return std::unexpected(group.error());
  co_return resolve_user(user, passwd->content.value_or(""), group->content.value_or(""));
}

}  // namespace testlooper::docker
