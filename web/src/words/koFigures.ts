import type { figures as english } from './enFigures'

export const figures: typeof english = {
  scheduleDialog: {
    title: (type) => `수집 시각: ${type}`,
    open: '변경…',
    when: '주기',
    preset: { daily: '매일 06:00', twice: '매일 06:00, 18:00', sixHours: '6시간마다', weekdays: '월요일부터 금요일까지 06:00', mondays: '매주 월요일 06:00' },
    own: '직접 입력',
    cron: 'Cron 표현식',
    cronHint: '분, 시, 일, 월, 요일 순서로 입력합니다.',
    zone: '시간대',
    zoneHint: 'Asia/Seoul처럼 IANA 시간대 이름을 입력합니다.',
    changed: (when, next) => `저장했습니다: ${when}. 다음 실행: ${next}.`,
  },
  compare: {
    label: '비교 대상',
    with: { before: '바로 앞 기간', year: '작년 같은 기간', own: '직접 지정', none: '비교하지 않음' },
    since: '비교 시작일',
    until: '비교 종료일',
  },
  asReported: {
    label: '보고 시점',
    note: (time) => `${time} 당시의 수치와, 같은 날짜의 현재 수치입니다.`,
    now: (figure) => `현재 ${figure}`,
    change: '이후 비용 변화',
    unknown: '그때의 수치는 더 이상 알 수 없습니다',
  },
  accountChooser: {
    every: '모든 계정',
    one: '계정 선택',
    hint: '계정 이름, 광고주 이름, 계정 ID의 일부를 입력하세요.',
    found: (n) => `${n}개 찾음`,
    more: (n) => `처음 ${n}개입니다. 다른 계정은 입력해서 찾으세요.`,
    none: '조건에 맞는 계정이 없습니다',
  },
}
