#include "platform/connector.h"

#include <utility>

namespace adfill {

boost::asio::awaitable<void> SliceSink::aside(std::function<void()> work) {
  work();
  co_return;
}

boost::asio::awaitable<Result<std::vector<ListedAccount>>> Connector::accounts(Credentials /*credentials*/) {
  co_return std::unexpected(Failure(Failure::Kind::permanent, std::string(to_string(source())) +
                                                                  " does not tell which accounts there are: add them "
                                                                  "one by one"));
}

boost::asio::awaitable<Examination> Connector::examine(std::string account_id, Credentials credentials) {
  const auto account = co_await verify(std::move(account_id), std::move(credentials));
  Examination found;
  if (account) found.credentials_expire_at = account->credentials_expire_at;
  found.checks.push_back({"account", account.has_value(), account ? "can be read" : account.error().message});
  co_return found;
}

boost::asio::awaitable<Result<std::vector<DayTotals>>> Connector::totals(SliceRequest /*request*/) {
  co_return std::vector<DayTotals>{};
}

std::expected<std::string, std::string> Connector::attribution_of(const std::vector<std::string>& /*windows*/) const {
  return std::unexpected("can't be chosen for this source");
}

boost::asio::awaitable<Result<AccountProbe>> Connector::probe(ProbeRequest) {
  co_return std::unexpected(
      Failure(Failure::Kind::permanent, std::string(to_string(source())) + " can't tell how much an account holds"));
}

boost::asio::awaitable<Result<FetchedPicture>> Connector::picture(std::string /*url*/) {
  co_return std::unexpected(Failure(Failure::Kind::permanent, "pictures of this source are not fetched"));
}

}  // namespace adfill
