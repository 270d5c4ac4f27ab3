#include "store/postgres/pipeline.h"

#include "core/must.h"

#include <libpq-fe.h>

namespace adfill::postgres {

void FreeResult::operator()(pg_result* result) const {
  PQclear(result);
}

// What libpq can't send shows in the answers.
void Pipeline::begin_where_empty() {
  must(!ended_, "nothing is added to a batch that has left");
  if (count_++ == 0) PQenterPipelineMode(connection_);
}

void Pipeline::prepare(const char* name, const char* sql) {
  begin_where_empty();
  PQsendPrepare(connection_, name, sql, 0, nullptr);
}

void Pipeline::run_prepared(const char* name, const std::vector<const char*>& values) {
  begin_where_empty();
  PQsendQueryPrepared(connection_, name, static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0);
}

void Pipeline::run(const char* sql, const std::vector<const char*>& values) {
  begin_where_empty();
  PQsendQueryParams(connection_, sql, static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0);
}

void Pipeline::end() {
  PQpipelineSync(connection_);
  ended_ = true;
}

std::vector<Result> Pipeline::answers() {
  if (!ended_) end();
  std::vector<Result> all;
  for (std::size_t at = 0; at < count_ && PQstatus(connection_) == CONNECTION_OK; ++at) {
    all.emplace_back(PQgetResult(connection_));
    if (all.back()) const Result end_of_answer(PQgetResult(connection_));
  }
  all.resize(count_);
  if (PQstatus(connection_) == CONNECTION_OK) const Result sync(PQgetResult(connection_));
  PQexitPipelineMode(connection_);
  count_ = 0;
  ended_ = false;
  return all;
}

}  // namespace adfill::postgres
