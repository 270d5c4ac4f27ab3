import { defineConfig } from 'vitest/config'
import { openApiPages } from './src/docs/openApiPages'

export default defineConfig({
  plugins: [openApiPages('../docs/openapi.yaml')],
  build: {
    target: 'chrome123',
    assetsInlineLimit: 0, // the server's content security policy has no data: addresses
    rollupOptions: {
      // Libraries mark modules with "use client" for servers that render; there is none here.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  server: { proxy: { '/v1': process.env.ADFILL_URL ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
