#include "store/postgres/pipeline.h"

#include "core/must.h"

#include <libpq-fe.h>

namespace adfill::postgres {

namespace {

// Parameters as libpq takes them.
struct Columns {
  explicit Columns(const std::vector<Parameter>& parameters) {
    data.reserve(parameters.size());
    lengths.reserve(parameters.size());
    formats.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
      data.push_back(parameter.data);
      lengths.push_back(parameter.length);
      formats.push_back(parameter.binary ? 1 : 0);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(data.size()); }

  std::vector<const char*> data;
  std::vector<int> lengths;
  std::vector<int> formats;
};

}  // namespace

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

void Pipeline::run_prepared(const char* name, const std::vector<Parameter>& parameters) {
  begin_where_empty();
  const Columns given(parameters);
  PQsendQueryPrepared(connection_, name, given.count(), given.data.data(), given.lengths.data(), given.formats.data(),
                      0);
}

void Pipeline::run(const char* sql, const std::vector<Parameter>& parameters) {
  begin_where_empty();
  const Columns given(parameters);
  PQsendQueryParams(connection_, sql, given.count(), nullptr, given.data.data(), given.lengths.data(),
                    given.formats.data(), 0);
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
