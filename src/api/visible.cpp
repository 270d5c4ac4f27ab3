#include "api/visible.h"

#include "api/service_parts.h"

#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

// Two reads, one trip to the pool: a job does not carry its advertiser's id, its integration does.
std::optional<VisibleJob> read_job(Store& store, JobId id) {
  auto job = store.job(id);
  if (!job) return std::nullopt;
  const auto integration = store.integration(job->integration);
  if (!integration) return std::nullopt;
  return VisibleJob{std::move(*job), integration->advertiser};
}

}  // namespace

asio::awaitable<std::optional<IntegrationRecord>> visible_integration(std::shared_ptr<Service> service, Access access,
                                                                      std::string id) {
  const auto parsed = IntegrationId::parse(id);
  if (!parsed) co_return std::nullopt;
  auto read = [parsed](Store& store) { return store.integration(*parsed); };
  auto integration = co_await service->context->pool.run(std::move(read));
  if (!integration || !may_see(access, integration->advertiser)) co_return std::nullopt;
  co_return integration;
}

asio::awaitable<std::optional<IntegrationRecord>> named_integration(std::shared_ptr<Service> service, ApiCall call) {
  if (!call.named) co_return co_await visible_integration(std::move(service), call.access, call.ids.at(0));
  if (!may_see(call.access, call.named->advertiser)) co_return std::nullopt;
  co_return std::move(call.named);
}

asio::awaitable<std::optional<VisibleJob>> visible_job(std::shared_ptr<Service> service, Access access,
                                                       std::string id) {
  const auto parsed = JobId::parse(id);
  if (!parsed) co_return std::nullopt;
  auto read = [parsed](Store& store) { return read_job(store, *parsed); };
  auto found = co_await service->context->pool.run(std::move(read));
  if (!found || !may_see(access, found->advertiser)) co_return std::nullopt;
  co_return found;
}

asio::awaitable<std::optional<VisibleChunk>> visible_chunk(std::shared_ptr<Service> service, Access access,
                                                           std::string id) {
  const auto parsed = ChunkId::parse(id);
  if (!parsed) co_return std::nullopt;
  auto read = [parsed](Store& store) -> std::optional<VisibleChunk> {
    const auto job = store.job_of_chunk(*parsed);
    if (!job) return std::nullopt;
    auto of = read_job(store, *job);
    if (!of) return std::nullopt;
    return VisibleChunk{*parsed, std::move(*of)};
  };
  auto found = co_await service->context->pool.run(std::move(read));
  if (!found || !may_see(access, found->of.advertiser)) co_return std::nullopt;
  co_return found;
}

}  // namespace adfill
