// The OpenAPI document as one readable page: plain HTML, no script. Knows as much of OpenAPI as docs/openapi.yaml uses.

export type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: string[]
  items?: Schema
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
  description?: string
  default?: unknown
}
type Parameter = { $ref?: string; name: string; in: string; required?: boolean; description?: string; schema: Schema }
type Content = Record<string, { schema: Schema }>
type Response = { $ref?: string; description: string; content?: Content }
type Operation = {
  tags: string[]
  summary: string
  description?: string
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, Response>
  security?: unknown[]
}
type Method = 'get' | 'post' | 'patch' | 'delete'
export type OpenApi = {
  info: { title: string; version: string; description: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Partial<Record<Method, Operation>> & { parameters?: Parameter[] }>
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter>; responses: Record<string, Response> }
}

const methods: Method[] = ['get', 'post', 'patch', 'delete']

export function renderDocsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation, shared: item.parameters ?? [] }] : []
    }),
  )
  const nav = api.tags.map((tag) => {
    const links = operations.filter((o) => o.operation.tags[0] === tag.name).map((o) => link(o.method, o.path, o.operation.operationId))
    return `<h2>${escape(tag.name)}</h2><ul>${links.join('')}</ul>`
  })
  const sections = api.tags.map((tag) => {
    const mine = operations.filter((o) => o.operation.tags[0] === tag.name)
    const rendered = mine.map((o) => renderOperation(api, o.method, o.path, o.operation, o.shared))
    return `<section><h2>${escape(tag.name)}</h2><p>${prose(tag.description)}</p>${rendered.join('')}</section>`
  })
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) => renderSchema(name, schema))
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(api.info.title)} API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs.css"></head>
<body>
<nav aria-label="Calls"><p class="brand"><a href="/">${escape(api.info.title)}</a> <span>API ${escape(api.info.version)}</span></p>${nav.join('')}<h2>shapes</h2><ul>${Object.keys(
    api.components.schemas,
  )
    .map((name) => `<li><a href="#${name}">${name}</a></li>`)
    .join('')}</ul></nav>
<main><h1>${escape(api.info.title)} API</h1>${paragraphs(api.info.description)}<p><a href="/openapi.json">openapi.json</a></p>
${sections.join('\n')}<section><h2>shapes</h2>${schemas.join('')}</section></main>
</body></html>
`
}

function link(method: Method, path: string, id: string): string {
  return `<li><a href="#${id}"><b class="${method}">${method.toUpperCase()}</b> ${escape(path)}</a></li>`
}

function renderOperation(api: OpenApi, method: Method, path: string, operation: Operation, shared: Parameter[]): string {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((p) => (p.$ref ? api.components.parameters[nameOf(p.$ref)]! : p))
  const rows = parameters.map(
    (p) => `<tr><td><code>${escape(p.name)}</code>${p.required ? ' <i>required</i>' : ''}</td><td>${typeOf(p.schema)}</td><td>${prose(p.description ?? '')}</td></tr>`,
  )
  const body = operation.requestBody ? Object.values(operation.requestBody.content)[0]?.schema : undefined
  const answers = Object.entries(operation.responses).map(([status, r]) => {
    const response = r.$ref ? api.components.responses[nameOf(r.$ref)]! : r
    const shapes = Object.entries(response.content ?? {}).map(([type, c]) => (type.includes('json') ? typeOf(c.schema) : `<code>${type}</code>`))
    return `<tr><td><code>${status}</code></td><td>${shapes.join(' or ')}</td><td>${prose(response.description)}</td></tr>`
  })
  return `<article id="${operation.operationId}"><h3><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code></h3>
<p class="lead">${escape(operation.summary)}${operation.security?.length === 0 ? ' <i>no token needed</i>' : ''}</p>${paragraphs(operation.description ?? '')}
${rows.length ? `<h4>Parameters</h4><table><tbody>${rows.join('')}</tbody></table>` : ''}${body ? `<h4>Body</h4>${body.$ref ? `<p>${typeOf(body)}</p>` : fields(body)}` : ''}
<h4>Answers</h4><table><tbody>${answers.join('')}</tbody></table></article>`
}

function renderSchema(name: string, schema: Schema): string {
  const parts = schema.allOf ?? [schema]
  const content = parts.map((part) => (part.properties ? fields(part) : `<p>${typeOf(part)}</p>`))
  return `<article id="${name}"><h3>${name}</h3>${paragraphs(schema.description ?? '')}${content.join('')}</article>`
}

function fields(schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, field]) =>
      `<tr><td><code>${escape(name)}</code>${schema.required?.includes(name) ? '' : ' <i>optional</i>'}</td><td>${typeOf(field)}</td><td>${prose(field.description ?? '')}</td></tr>`,
  )
  return `<table><tbody>${rows.join('')}</tbody></table>`
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return `<a href="#${nameOf(schema.$ref)}">${nameOf(schema.$ref)}</a>`
  if (schema.enum) return schema.enum.map((value) => `<code>${escape(value)}</code>`).join(' ')
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' or ')
  if (schema.items) return `list of ${typeOf(schema.items)}`
  if (schema.properties) return `{ ${Object.entries(schema.properties).map(([name, field]) => `${escape(name)}: ${typeOf(field)}`).join(', ')} }`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any')
  return escape(schema.format ? `${type} (${schema.format})` : type)
}

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)
const escape = (text: string) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
const prose = (text: string) => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
const paragraphs = (text: string) => text.trim().split(/\n\s*\n/).filter(Boolean).map((part) => `<p>${prose(part)}</p>`).join('')
