// What the server refuses, in Korean, by the codes of docs/openapi.yaml: a code without words does not compile.
import type { FieldCode, ProblemCode } from '../api/types'

// `detail` is the server's sentence, for the one value in it.
type Sentence = string | ((detail: string) => string)

const busy = '서버가 바쁩니다. 잠시 뒤 다시 시도하세요.'
const program = '보낸 요청을 서버가 이해하지 못했습니다. 페이지를 새로고침한 뒤 다시 시도하세요.'

// Those of a platform and of fields are put together from what is in them: said.ts.
export const problems: Record<Exclude<ProblemCode, 'invalid' | 'platform_unreachable' | 'refused_by_platform'>, Sentence> = {
  answer_lost: '같은 키로 보낸 첫 요청은 처리되었지만, 비밀 키가 바뀌어 그 결과를 다시 읽을 수 없습니다. 무엇이 처리되었는지 먼저 확인하세요.',
  body_too_large: '보낸 내용이 너무 큽니다.',
  changed_by_hand: (detail) => `${/\d{4}-\d\d-\d\d/.exec(detail)?.[0] ?? '그 날짜'}의 행이 저장한 뒤에 바뀌어 이전 상태로 되돌릴 수 없습니다. 대신 그날을 다시 수집하세요.`,
  exists: '이미 있습니다.',
  forbidden: '이 토큰의 역할이나 볼 수 있는 광고주로는 할 수 없는 작업입니다.',
  header_too_large: '요청 헤더가 너무 큽니다. 브라우저에 저장된 이 사이트의 쿠키를 지운 뒤 다시 시도하세요.',
  internal_error: 'adfill 내부에서 오류가 발생했습니다. 서버 로그에서 원인을 확인하세요.',
  last_admin: '하루 넘게 유효한 전체 광고주 관리자 토큰이 이것뿐이라, 폐기하면 아무도 새 토큰을 만들 수 없습니다. 새 토큰을 먼저 만든 뒤 폐기하세요.',
  malformed_json: program,
  malformed_request: program,
  method_not_allowed: program,
  not_collected: '수집하지 못했습니다.',
  not_found: '삭제되었거나 이 토큰으로는 볼 수 없습니다.',
  not_in_this_state: '지금은 할 수 없는 작업입니다. 이미 끝났거나, 실패한 청크가 없거나, 같은 기간을 다른 작업이 수집하고 있을 수 있습니다.',
  nothing_to_undo: '그 수집에서 바뀐 것 중 되돌릴 수 있게 보관된 것이 없습니다. 처음 수집한 수치는 되돌릴 수 없습니다.',
  request_running: '같은 키로 보낸 첫 요청을 아직 처리하고 있습니다. 잠시 뒤 다시 확인하세요.',
  store_unavailable: '지금은 데이터베이스에 연결할 수 없습니다. 잠시 뒤 다시 시도하세요.',
  too_busy: busy,
  too_many_requests: '잘못된 토큰이 너무 많이 입력되었습니다. 잠시 뒤 다시 시도하세요.',
  too_slow: '요청이 너무 느리게 도착해 처리하지 못했습니다. 네트워크를 확인한 뒤 다시 시도하세요.',
  unauthorized: '로그인이 끝났거나 토큰이 유효하지 않습니다. 다시 로그인하세요.',
  unsupported_media_type: program,
}

export const fields: Record<FieldCode, string> = {
  in_future: '아직 오지 않은 날짜입니다. 계정 시간대의 오늘까지 요청할 수 있습니다.',
  in_past: '이미 지난 시각입니다.',
  missing: '입력해야 합니다.',
  no_day: '존재하지 않는 날짜입니다.',
  not_kept: '그 시점의 수치는 더 이상 보관되어 있지 않습니다. 더 늦은 시점을 선택하세요.',
  not_offered: '이 플랫폼에 없는 수집 대상입니다.',
  odd_characters: '쓸 수 없는 문자가 있거나 앞뒤에 공백이 있습니다.',
  too_long: '너무 깁니다.',
  too_old: '플랫폼의 보관 기간이 지난 날짜입니다.',
  wrong_account_id: 'act_ 뒤에 숫자를 붙인 형식이어야 합니다. 예: act_1234567890',
  wrong_address: 'ads@example.com과 같은 이메일 주소 하나를 입력하세요.',
  wrong_cron: 'cron 식이 올바르지 않습니다. 분, 시, 일, 월, 요일의 다섯 항목을 적습니다. 예: 0 4 * * *',
  wrong_order: '시작일이 종료일보다 늦습니다.',
  wrong_time_zone: 'Asia/Seoul과 같은 IANA 시간대 이름이어야 합니다.',
  wrong_token: '공백이나 줄 바꿈처럼 토큰에 쓰이지 않는 문자가 있습니다. 토큰만 다시 복사해 붙여넣으세요.',
  wrong_url: 'https:// 또는 http://로 시작하고 사용자 정보가 없는 URL이어야 합니다.',
}

export const otherwise = {
  tooOld: (day: string) => `플랫폼의 보관 기간이 지난 날짜입니다. ${day}부터 요청할 수 있습니다.`,
  invalid: (detail: string) => `보낸 값이 올바르지 않습니다: ${detail}`,
  http: (status: number) => `서버가 요청을 처리하지 못했습니다(HTTP ${status}).`,
  quoted: (words: string) => `Meta의 설명: “${words}”`,
}
