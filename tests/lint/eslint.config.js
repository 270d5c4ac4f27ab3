// What neither the compiler nor a test that is not run tells: hooks behind an early return, names that nobody imported.
import hooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import typescript from 'typescript-eslint'

export default [
  { ignores: ['**/node_modules/', 'web/src/api/schema.d.ts'] },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    languageOptions: { parser: typescript.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'The one client is in web/src/api.' }],
    },
  },
  { files: ['web/src/api/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['{tests,bench}/**/*.{mjs,js}'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'module', globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { caughtErrors: 'none', ignoreRestSiblings: true }], 'no-unreachable': 'error' },
  },
]
