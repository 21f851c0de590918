/** Options of servers over the network, checked for callers who have no types to warn them. */

/**
 * @param like an address that fits
 * @throws TypeError with one sentence that says what to do
 */
export function checkNetwork(factory: string, options: unknown, like = 'https://mcp.example.com/mcp'): void {
  const { name, url, headers } = (options ?? {}) as Record<string, unknown>;
  const example = `like ${factory}({ name: "far", url: "${like}" })`;
  if (!isText(name)) throw new TypeError(`${factory}() needs the \`name\` of the server, ${example}.`);
  if (!isText(url))
    throw new TypeError(`${factory}() needs the \`url\` of the server "${name}", ${example}.`);
  if (headers === undefined) return;
  if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) return;
  throw new TypeError(`The \`headers\` of the server "${name}" must be an object whose values are texts.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
