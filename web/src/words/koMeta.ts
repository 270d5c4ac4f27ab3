// Meta's errors in Korean, by code and subcode: what src/platform/meta/meta_error_table.cpp has in English, row by row. Menus are
// named as Facebook names them in Korean, with the English name beside it.

export type MetaWords = {
  words: string
  advice?: string
  quotes?: true // says little alone: Meta's own words are shown behind it
}

const newToken = 'ads_read 권한이 있는 새 액세스 토큰을 발급해 등록하세요. 시스템 사용자(System user)의 토큰은 만료되지 않습니다.'
const logInFirst = '토큰의 소유자가 facebook.com에 로그인해 화면의 안내를 마친 뒤, 새 액세스 토큰을 발급해 등록하세요.'
const allowApp = '토큰의 소유자가 Facebook의 설정 > 비즈니스 통합(Settings > Business integrations)에서 앱을 다시 허용한 뒤, 새 액세스 토큰을 발급해 등록하세요.'
const accountPermission =
  '비즈니스 설정(Business settings)에서 토큰의 소유자에게 이 광고 계정의 성과 보기(View performance) 권한을 주고, ads_read 권한이 있는 토큰을 등록하세요.'
const appPermission =
  '앱 대시보드(App Dashboard)에서 마케팅 API(Marketing API)를 추가하고 앱 검수 > 권한 및 기능(App Review > Permissions and features)에서 ads_read를 신청한 뒤, 새 액세스 토큰을 발급해 등록하세요.'
const appLevel =
  '광고 계정이 앱과 같은 비즈니스에 속해야 합니다. 그렇지 않다면 앱 검수(App Review)에서 마케팅 API의 전체 액세스(Full access)를 받은 뒤, 그 앱의 토큰을 등록하세요.'
const managementPermission = '마케팅 API(Marketing API)를 쓸 수 있는 앱에서 ads_read 또는 ads_management 권한이 있는 새 액세스 토큰을 발급해 등록하세요.'
const lookForAccount =
  '비즈니스 설정 > 광고 계정(Business settings > Ad accounts)에서 계정이 남아 있는지, 토큰의 소유자가 볼 수 있는지 확인한 뒤, 이 계정을 볼 수 있는 토큰을 등록하세요.'
const appSecret =
  '앱 대시보드(App Dashboard)의 설정 > 기본 설정(Settings > Basic)에 있는 앱 시크릿 코드(App secret)와 같은지 확인하세요. 토큰을 발급한 앱의 시크릿 코드여야 합니다.'
const newerVersion = '그래프 API 버전을 올리고(ADFILL_META_VERSION 설정 또는 새 버전의 adfill) 다시 시작한 뒤, 작업을 재시도하세요.'
const slowApp = 'Meta가 비정상적인 사용으로 판단해 차단했습니다. 앱 대시보드(App Dashboard)의 알림을 확인하세요.'

const accountCalls = '이 광고 계정의 호출이 너무 많습니다.'
const appInsights = '이 앱의 인사이트 호출이 너무 많습니다.'
const accountInsights = '이 계정의 인사이트 호출이 너무 많습니다.'
const audienceCalls = '타겟 호출이 너무 많습니다.'
const noReport = '보고서를 만들지 못했습니다.'
const unknown = 'Meta에서 알 수 없는 오류가 발생했습니다.'
const blocked = '일시적으로 차단되었습니다.'

const quoted = (words: string): MetaWords => ({ words, quotes: true })

export const metaErrors: Record<string, MetaWords> = {
  '-3': { words: noReport },
  '-3/1504045': { words: '보고서가 너무 큽니다.' },
  '-2': { words: noReport },
  '-2/2490547': { words: noReport },
  '1': { words: unknown },
  '1/99': { words: unknown },
  '1/2853001': { words: '프로필이 페이지와 연결되어 있지 않습니다.', advice: accountPermission },
  '2': { words: 'Meta 서비스를 일시적으로 사용할 수 없습니다.' },
  '2/1504038': { words: '요청이 시간 안에 끝나지 않았습니다.' },
  '2/1504041': quoted('이 지표는 이 분류로 나누어 조회할 수 없습니다.'),
  '2/1504042': quoted('이 맞춤 지표는 조회할 수 없습니다.'),
  '2/1504043': { words: '지금은 인사이트를 조회할 수 없습니다.' },
  '2/1504044': { words: '알 수 없는 이유로 인사이트를 조회하지 못했습니다.' },
  '3': { words: '앱에 필요한 기능이나 권한이 없습니다.', advice: appPermission },
  '4': { words: '앱의 호출이 너무 많습니다.' },
  '4/1504022': { words: appInsights },
  '4/1504039': { words: appInsights },
  '10': { words: '앱에 이 작업을 할 권한이 없습니다.', advice: appPermission },
  '17': { words: accountCalls },
  '17/2446079': { words: accountCalls },
  '17/1885172': { words: '지출 한도를 너무 자주 변경했습니다.' },
  '32': { words: '페이지 호출 한도에 도달했습니다.' },
  '100': quoted('Meta가 요청의 매개변수를 받아들이지 않았습니다.'),
  '100/33': { words: '요청한 대상이 없거나 이 토큰으로는 볼 수 없습니다.', advice: lookForAccount },
  '100/1487534': { words: '한 번에 조회할 수 있는 데이터의 양을 넘었습니다.' },
  '100/1504018': { words: '요청이 시간 안에 끝나지 않았습니다.' },
  '100/2446289': quoted('게시물을 볼 수 없어 광고 소재가 불완전합니다.'),
  '100/3191001': { words: '이 인사이트를 볼 권한이 없습니다.', advice: accountPermission },
  '102': { words: '세션이 유효하지 않습니다.', advice: newToken },
  '104': { words: '서명이 올바르지 않습니다.', advice: appSecret },
  '105': quoted('요청의 매개변수가 너무 많습니다.'),
  '190': { words: '액세스 토큰이 유효하지 않거나 만료되었습니다.', advice: newToken },
  '190/456': { words: '세션의 형식이 올바르지 않습니다.', advice: newToken },
  '190/457': { words: '다른 곳에서 만들어진 세션입니다.', advice: newToken },
  '190/458': { words: '토큰의 소유자가 앱을 삭제했습니다.', advice: allowApp },
  '190/459': { words: '토큰의 소유자가 로그인해야 합니다.', advice: logInFirst },
  '190/460': { words: '토큰 소유자의 비밀번호가 변경되었습니다.', advice: newToken },
  '190/461': { words: '앱을 다시 설치하여 이전 토큰을 쓸 수 없습니다.', advice: newToken },
  '190/462': { words: '이전 버전의 세션입니다.', advice: newToken },
  '190/463': { words: '액세스 토큰이 만료되었습니다.', advice: newToken },
  '190/464': { words: '토큰 소유자의 계정이 확인되지 않았습니다.', advice: logInFirst },
  '190/465': { words: '토큰의 소유자가 유효하지 않습니다.', advice: newToken },
  '190/466': { words: '세션이 무효화되었습니다.', advice: newToken },
  '190/467': { words: '액세스 토큰이 무효화되었습니다.', advice: newToken },
  '190/468': { words: '오랫동안 사용하지 않아 세션이 만료되었습니다.', advice: newToken },
  '190/492': { words: '토큰의 소유자가 페이지에서 맡은 역할이 없습니다.', advice: accountPermission },
  '194': quoted('요청에 필요한 매개변수가 없습니다.'),
  '200': { words: '필요한 권한이 없거나 회수되었습니다.', advice: accountPermission },
  '270': { words: '앱의 액세스 수준으로는 이 계정을 볼 수 없습니다.', advice: appLevel },
  '278': { words: 'ads_read 권한이 없습니다.', advice: accountPermission },
  '294': { words: 'ads_management 권한이 없거나 앱이 허용되지 않았습니다.', advice: managementPermission },
  '341': { words: '앱의 한도에 도달했습니다.' },
  '368': { words: `정책에 따라 ${blocked}`, advice: slowApp },
  '506': quoted('이미 있는 게시물입니다.'),
  '613': { words: '호출 한도를 초과했습니다.' },
  '613/1996': { words: '요청량이 평소와 크게 달라 제한되었습니다.', advice: slowApp },
  '613/1487225': { words: '광고를 너무 많이 만들었습니다.' },
  '613/1487632': { words: '예산을 너무 자주 변경했습니다.' },
  '613/1487742': { words: accountCalls },
  '613/5044001': { words: '1초에 너무 많이 변경했습니다.' },
  '803': quoted('그런 대상이 없습니다.'),
  '960': { words: '요청이 중단되었습니다.' },
  '1150': { words: unknown },
  '2500': quoted('Meta가 요청을 해석하지 못했습니다.'),
  '2601': { words: '지금은 보고서를 조회할 수 없습니다.' },
  '2601/1487742': { words: '보고서를 실행하지 못했습니다.' },
  '2601/1815107': { words: '보고서가 아직 준비되지 않았습니다.' },
  '2607': quoted('통화가 올바르지 않습니다.'),
  '2615': quoted('계정을 업데이트할 수 없습니다.'),
  '2635': { words: '이 버전의 API는 더 이상 제공되지 않습니다.', advice: newerVersion },
  '2642': { words: '목록의 커서가 더 이상 유효하지 않습니다. 처음부터 다시 읽습니다.' },
  '2654': quoted('타겟이 올바르지 않습니다.'),
  '3001': quoted('쿼리가 올바르지 않습니다.'),
  '3018': { words: 'Meta의 보관 기간이 지난 날짜입니다.' },
  '80000': { words: accountInsights },
  '80000/2446079': { words: accountInsights },
  '80001': { words: '페이지 호출이 너무 많습니다.' },
  '80002': { words: 'Instagram 호출이 너무 많습니다.' },
  '80003': { words: audienceCalls },
  '80003/2446079': { words: audienceCalls },
  '80004': { words: accountCalls },
  '80004/2446079': { words: accountCalls },
  '80005': { words: '잠재 고객 호출이 너무 많습니다.' },
  '80006': { words: 'Messenger 호출이 너무 많습니다.' },
  '80008': { words: 'WhatsApp 호출이 너무 많습니다.' },
  '80009': { words: '카탈로그 호출이 너무 많습니다.' },
  '80014': { words: '카탈로그 일괄 호출이 너무 많습니다.' },
  '1404078': { words: `이 작업이 ${blocked}`, advice: slowApp },
  '1815694': { words: '토큰의 소유자에게 이 작업을 할 권한이 없습니다.', advice: accountPermission },
  '2859015': { words: `이 작업이 ${blocked}`, advice: slowApp },
  '3910001': { words: '계정에 문제가 있습니다. 나중에 다시 시도합니다.' },
}

// What only Meta's words tell apart, where the subcode has no row of its own; the server's meta_errors.cpp looks at the same words.
export const metaByWords: { code?: string; holds: string[]; says: MetaWords }[] = [
  { holds: ['reduce the amount of data'], says: { words: '한 번에 요청한 데이터가 너무 많습니다.' } },
  { code: '100', holds: ['cannot include', 'in summary param'], says: { words: '완료된 보고서를 읽는 중 Meta에서 오류가 발생했습니다.' } },
  { code: '100', holds: ['appsecret_proof'], says: { words: '앱 시크릿 코드(App secret)가 없거나 올바르지 않습니다.', advice: appSecret } },
  { code: '100', holds: ['missing permissions'], says: { words: '필요한 권한이 없거나 회수되었습니다.', advice: accountPermission } },
  { code: '2500', holds: ['access token'], says: { words: '액세스 토큰이 유효하지 않거나 만료되었습니다.', advice: newToken } },
]
