// For each field of a schema, values that it does not allow: wrong types, too long, unknown words, shapes of injections.
const injections = ["' OR '1'='1", '"; DROP TABLE integrations; --', '../../etc/passwd', '<script>alert(1)</script>', '${jndi:ldap://x}', '%00'];

function typesOf(schema) {
  if (schema.oneOf || schema.anyOf) return (schema.oneOf ?? schema.anyOf).flatMap(typesOf);
  return [schema.type].flat();
}

const samples = { string: 'text', integer: 7, boolean: true, array: ['text'], object: { key: 'text' }, null: null };

// Texts that a string schema refuses.
export function wrongTexts(schema) {
  const texts = [];
  if (schema.enum) texts.push('nonsense', '', schema.enum[0].toUpperCase() + ' ', ...injections);
  if (schema.format === 'uuid') texts.push('nonsense', '', '0', `${'0'.repeat(40)}`, ...injections);
  if (schema.format === 'date') texts.push('', 'yesterday', '2026-02-30', '2026-13-01', '20260301', '2026-3-1', '99999-01-01', ...injections);
  if (schema.format === 'date-time') texts.push('', 'yesterday', '2026-02-30T00:00:00Z', ...injections);
  if (schema.minLength) texts.push('');
  if (schema.maxLength) texts.push('x'.repeat(schema.maxLength + 1));
  return texts;
}

// Wrong query values of a parameter, as they stand in a URL. An empty one is taken as not given.
export function wrongQueries(schema) {
  if (schema.type === 'integer') return ['abc', '-1', '0', '1.5', '1e3', '99999999999999999999', ...injections].map(encodeURIComponent);
  if (schema.type === 'boolean') return ['perhaps', '2', ...injections].map(encodeURIComponent);
  return [...wrongTexts(schema).filter((text) => text !== '').map(encodeURIComponent), '%ff%fe', '%00'];
}

// [dotted name, body] of every way to spoil `body`.
export function* spoilt(schema, body, path = [], whole = body) {
  const put = (name, value) => {
    const copy = structuredClone(whole);
    const place = path.reduce((at, key) => at[key], copy);
    if (value === undefined) delete place[name];
    else place[name] = value;
    return copy;
  };
  const dotted = (name) => [...path, name].join('.');
  if (schema.oneOf) schema = schema.oneOf.find((one) => one.type === 'object');
  for (const name of schema.required ?? []) yield [dotted(name), put(name, undefined)];
  if (schema.additionalProperties === false) yield [dotted('colour'), put('colour', 'red')];
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const allowed = typesOf(field);
    for (const [type, sample] of Object.entries(samples)) {
      if (!allowed.includes(type)) yield [dotted(name), put(name, sample)];
    }
    for (const text of wrongTexts(field)) yield [dotted(name), put(name, text)];
    if (allowed.includes('string')) yield [dotted(name), put(name, 'x'.repeat(70_000))];
    if (allowed.includes('string')) yield [dotted(name), put(name, 'nul\u0000inside')];
    if (field.items) {
      for (const item of [7, null, {}, [], ...wrongTexts(field.items)]) yield [dotted(name), put(name, [item])];
    }
    const inner = whole === undefined ? undefined : path.reduce((at, key) => at[key], whole)[name];
    if (allowed.includes('object') && inner && typeof inner === 'object') yield* spoilt(field, inner, [...path, name], whole);
  }
}
