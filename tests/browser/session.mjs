// A browser page that keeps account of everything that went wrong in it.
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { fileURLToPath } from 'node:url'

// Screenshots go here.
export const pictures = process.env.SCREENSHOT_DIR ?? fileURLToPath(new URL('../../build/check/screenshots', import.meta.url))

const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']

export async function openBrowser() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', timezoneId: 'Asia/Seoul' })
  const page = await context.newPage()
  let seen = []
  page.on('console', (message) => message.type() === 'error' && seen.push(message.text()))
  page.on('pageerror', (error) => seen.push(String(error)))
  await page.exposeFunction('reportViolation', (what) => seen.push(`content security policy: ${what}`))
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`)),
  )
  // `expected` strikes out what a step provokes on purpose.
  const problems = { list: () => seen, expected: (pattern) => (seen = seen.filter((text) => !pattern.test(text))) }
  return { browser, page, problems }
}

const forms = {
  en: { token: 'API token', button: 'Sign in', overview: 'Overview' },
  ko: { token: 'API 토큰', button: '로그인', overview: '개요' },
}

// Through the form of the server at `url`, up to the first page. Who is not signed in yet was refused, which is no fault.
export async function signInAt(url, token, { page, problems }, language = 'en') {
  if (language !== 'en') await page.addInitScript((chosen) => localStorage.setItem('adfill.language', chosen), language)
  const words = forms[language]
  await page.goto(url)
  await page.getByLabel(words.token).fill(token)
  await page.getByRole('button', { name: words.button }).click()
  await page.getByRole('heading', { name: words.overview, level: 1 }).waitFor()
  problems.expected(/401/)
}

// What axe calls serious or critical, as one line each.
export async function seriousViolations(page) {
  // A colour on its way from one theme to the other is neither's.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished)))
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html} ${nodes[0].failureSummary}`)
}
