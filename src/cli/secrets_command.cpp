// adfill secrets rotate: every credential sealed under another key.
#include "command_line.h"
#include "process.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

struct Rotation {
  int sealed_anew = 0;
  int done_before = 0;  // by a rotation that was interrupted
};

// One integration; tries again when somebody replaces its credentials meanwhile.
void rotate(Store& store, IntegrationId id, const SecretBox& from, const SecretBox& to, Rotation& rotation) {
  const auto context = id.to_string();
  while (const auto stored = store.credentials(id)) {
    if (to.open(stored->sealed, context)) {
      ++rotation.done_before;
      return;
    }
    const auto secret = from.open(stored->sealed, context);
    if (!secret) {
      throw CommandError("The credentials of integration " + context +
                         " open under neither key. Nothing is lost: give them anew with adfill integration update, or "
                         "bring the right key, and run this again.");
    }
    if (store.reseal_credentials(id, stored->sealed, to.seal(*secret, context)) == Outcome::done) {
      ++rotation.sealed_anew;
      return;
    }
  }
}

// The targets of alert channels.
void rotate_channels(Store& store, const SecretBox& from, const SecretBox& to, Rotation& rotation) {
  AlertChannelFilter filter;
  filter.limit = 200;
  while (true) {
    const auto page = store.alert_channels(filter);
    for (const auto& channel : page) {
      const auto context = channel.id.to_string();
      if (to.open(channel.sealed, context)) {
        ++rotation.done_before;
        continue;
      }
      const auto secret = from.open(channel.sealed, context);
      if (!secret) {
        throw CommandError("The target of alert channel " + context +
                           " opens under neither key. Remove it with adfill alert channel remove, add it anew, and "
                           "run this again.");
      }
      if (store.reseal_alert_channel(channel.id, channel.sealed, to.seal(*secret, context)) == Outcome::done)
        ++rotation.sealed_anew;
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) return;
    filter.after = page.back().id;
  }
}

Rotation rotate_all(Store& store, const SecretBox& from, const SecretBox& to) {
  Rotation rotation;
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    const auto page = store.integrations(filter);
    for (const auto& integration : page) rotate(store, integration.id, from, to, rotation);
    if (page.size() < static_cast<std::size_t>(filter.limit)) break;
    filter.after = page.back().id;
  }
  rotate_channels(store, from, to, rotation);
  store.forget_requests();  // their answers were sealed under the old key
  store.note("cli", "secrets.rotate", std::to_string(rotation.sealed_anew));
  return rotation;
}

int rotate_secrets(const CommandLine& line, const std::string& new_key_file) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const SecretBox from(secret_key(settings, false));
  auto key = load_secret_key(new_key_file, true);
  if (!key) throw CommandError("The new key can't be used: " + key.error());
  const SecretBox to(*key);
  Process process(std::move(settings), Database::must_exist);
  const auto rotation = rotate_all(process.store(), from, to);
  if (line.json) {
    json::object body;
    body["sealed_anew"] = rotation.sealed_anew;
    body["done_before"] = rotation.done_before;
    body["key_file"] = new_key_file;
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::cout << rotation.sealed_anew << " credentials sealed under " << new_key_file;
  if (rotation.done_before > 0) std::cout << ", " << rotation.done_before << " were already";
  std::cout << ".\nStart adfill with it from now on: ADFILL_SECRET_KEY_FILE=" << new_key_file << '\n';
  return 0;
}

}  // namespace

void add_secrets_commands(CLI::App& app, CommandLine& line) {
  auto& secrets = add_command(app, "secrets", "the key that encrypts credentials", "");
  secrets.require_subcommand(1);
  auto& rotation = add_command(secrets, "rotate",
                               "seal all credentials under a new key; stop serve and worker first. Run again after an "
                               "interruption it goes on where it stopped",
                               "  adfill secrets rotate --new-key-file /etc/adfill/key.2\n"
                               "  adfill secrets rotate --new-key-file adfill.db.key.2 --db sqlite:adfill.db");
  add_setting_flags(rotation, line.flags, FlagSet::database);
  add_json_flag(rotation, line);
  auto file = std::make_shared<std::string>();
  rotation.add_option("--new-key-file", *file, "the new key; made (mode 0600) where there is no such file")->required();
  rotation.callback([&line, file] { line.chosen = [&line, file] { return rotate_secrets(line, *file); }; });
}

}  // namespace adfill
