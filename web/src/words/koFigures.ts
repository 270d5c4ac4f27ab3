import type { Words } from './en'

export const figures: Pick<Words, 'accountChooser'> = {
  accountChooser: {
    every: '모든 계정',
    one: '계정 선택',
    hint: '계정 이름, 광고주 이름, 계정 ID의 일부를 입력하세요.',
    found: (n) => `${n}개 찾음`,
    more: (n) => `처음 ${n}개입니다. 다른 계정은 입력해서 찾으세요.`,
    none: '조건에 맞는 계정이 없습니다',
  },
}
