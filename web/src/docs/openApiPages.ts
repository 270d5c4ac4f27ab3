import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'
import { parse } from 'yaml'
import { renderDocsPage, type OpenApi } from './docsPage'

const here = fileURLToPath(new URL('.', import.meta.url))

// Puts openapi.json, docs.html and its style sheet beside the built monitor, all from the one contract in docs/.
export function openApiPages(contract: string): Plugin {
  return {
    name: 'adfill-openapi-pages',
    apply: 'build',
    generateBundle() {
      const api = parse(readFileSync(resolve(contract), 'utf8')) as OpenApi
      const emit = (fileName: string, source: string) => this.emitFile({ type: 'asset', fileName, source })
      emit('openapi.json', JSON.stringify(api))
      emit('docs.html', renderDocsPage(api))
      emit('docs.css', readFileSync(resolve(here, 'docs.css'), 'utf8'))
    },
  }
}
