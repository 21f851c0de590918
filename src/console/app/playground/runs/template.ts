/** URI templates, as far as resource templates use them. Source: RFC 6570. */

const EXPRESSION = /\{([+#./;?&]?)([^{}]{1,500})\}/g;
/** Prefix, what stands between, whether names are written, and whether reserved characters stay as they are. */
const WAYS: Readonly<Record<string, readonly [string, string, boolean, boolean]>> = {
  '': ['', ',', false, false],
  '+': ['', ',', false, true],
  '#': ['#', ',', false, true],
  '.': ['.', '.', false, false],
  '/': ['/', '/', false, false],
  ';': [';', ';', true, false],
  '?': ['?', '&', true, false],
  '&': ['&', '&', true, false],
};

/** The names of its variables, each once. */
export function variablesOf(template: string): string[] {
  const names = [...template.slice(0, 10_000).matchAll(EXPRESSION)].flatMap(([, , list = '']) =>
    namesIn(list),
  );
  return [...new Set(names)].slice(0, 50);
}

export function expand(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(EXPRESSION, (_whole, operator: string, list: string) => {
    const [first, between, isNamed, isReserved] = WAYS[operator] ?? ['', ',', false, false];
    const given = namesIn(list).filter((name) => Object.hasOwn(values, name) && values[name] !== '');
    const parts = given.map((name) => {
      const value = values[name] ?? '';
      const text = isReserved ? encodeURI(value) : encodeURIComponent(value);
      return isNamed ? `${name}=${text}` : text;
    });
    return parts.length === 0 ? '' : first + parts.join(between);
  });
}

function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim().replace(/(\*|:\d+)$/, ''));
}
