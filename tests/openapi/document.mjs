// Reads /openapi.json and holds answers against it: a status, a content type or a property that it does not name is an error.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const methods = ['get', 'post', 'put', 'patch', 'delete'];

// With every $ref put in its place.
function inlined(document, node) {
  if (Array.isArray(node)) return node.map((item) => inlined(document, item));
  if (node === null || typeof node !== 'object') return node;
  const { $ref, ...rest } = node;
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inlined(document, value)]));
  if ($ref === undefined) return own;
  const target = $ref.slice(2).split('/').reduce((at, key) => at[key], document);
  return { ...inlined(document, target), ...own };
}

// With properties that are not named forbidden; parts of an allOf may leave them to each other.
function closed(schema, isPart = false) {
  if (Array.isArray(schema)) return schema.map((item) => closed(item));
  if (schema === null || typeof schema !== 'object') return schema;
  const result = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'allOf' ? value.map((part) => closed(part, true)) : closed(value)]),
  );
  const names = (schema.properties && typeof schema.type === 'string') || schema.allOf;
  if (names && schema.additionalProperties === undefined && !isPart) result.unevaluatedProperties = false;
  return result;
}

export class Document {
  constructor(text) {
    this.operations = [];
    for (const [template, item] of Object.entries(text.paths)) {
      for (const method of methods) {
        if (!item[method]) continue;
        const operation = inlined(text, item[method]);
        const parameters = [...inlined(text, item.parameters ?? []), ...(operation.parameters ?? [])];
        this.operations.push({
          id: operation.operationId,
          method: method.toUpperCase(),
          template,
          pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '([^/]+)')}$`),
          parameters,
          body: operation.requestBody?.content['application/json'].schema,
          responses: operation.responses,
          answered: new Set(),
        });
      }
    }
  }

  find(method, path) {
    const found = this.operations.filter((one) => one.method === method && one.pattern.test(path));
    // A path without a parameter comes before one with.
    return found.sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0];
  }

  // Nothing, or what is wrong with the answer.
  fault(operation, status, contentType, text) {
    const response = operation.responses[status];
    if (!response) return `status ${status} is not in the document`;
    operation.answered.add(status);
    const kind = contentType?.split(';')[0];
    if (!response.content) return text === '' ? undefined : `a body where the document has none: ${text.slice(0, 200)}`;
    const media = response.content[kind];
    if (!media) return `content type ${kind} is not in the document`;
    if (!kind.endsWith('json')) return undefined;
    media.validate ??= ajv.compile(closed(media.schema));
    if (media.validate(JSON.parse(text))) return undefined;
    return `${ajv.errorsText(media.validate.errors).slice(0, 300)}: ${text.slice(0, 400)}`;
  }
}
