/** A value of a query, without parsing the rest of it. */

/** @param query without `?`. The first value of `name`, decoded; undefined when absent or badly encoded. */
export function queryValue(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  for (const pair of query.split('&', 32)) {
    const equals = pair.indexOf('=');
    if (equals !== name.length || !pair.startsWith(name)) continue;
    const raw = pair.slice(equals + 1);
    if (!raw.includes('%') && !raw.includes('+')) return raw;
    try {
      return decodeURIComponent(raw.replaceAll('+', ' '));
    } catch {
      return undefined;
    }
  }
  return undefined;
}
