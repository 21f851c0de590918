/** What a library user handed in, checked before anything is made of it: callers may have no types to warn them. */

import { DIALECT_NAMES } from '../dialects/table.ts';

/** One segment of a path, encoded where need be; boxes on the way may decode and resolve the rest. */
const NAME = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,64}$/u;

/** @throws TypeError with one sentence that says what to do */
export function checkOptions(options: unknown): void {
  const example = 'createGateway({ servers: { hello: inprocess(…) } })';
  if (!isObject(options)) throw new TypeError(`createGateway() needs options, like ${example}.`);
  const { servers, default: chosen } = options;
  if (!isObject(servers) || Array.isArray(servers)) {
    throw new TypeError(`\`servers\` must be an object with the servers by name, like ${example}.`);
  }
  for (const [name, server] of Object.entries(servers)) checkServer(name, server);
  checkDialects(options);
  if (chosen === undefined || (typeof chosen === 'string' && Object.hasOwn(servers, chosen))) return;
  const names = Object.keys(servers).join(', ') || 'none';
  throw new TypeError(
    `\`default\` names ${JSON.stringify(chosen)}, which is not among the servers (${names}); name one that is, or leave it out.`,
  );
}

function checkDialects({ dialect, dialects, publicOrigin }: Record<string, unknown>): void {
  const byServer = isObject(dialects) ? Object.entries(dialects) : [];
  for (const [name, value] of [['', dialect] as const, ...byServer]) {
    if (value === undefined || DIALECT_NAMES.some((known) => known === value)) continue;
    const where = name === '' ? '`dialect`' : `\`dialects\` for "${name}"`;
    throw new TypeError(
      `${where} is ${JSON.stringify(value)}; there are ${DIALECT_NAMES.join(', ')}: name one of them, or leave it out.`,
    );
  }
  if (publicOrigin === undefined || isOrigin(publicOrigin)) return;
  throw new TypeError(
    `\`publicOrigin\` is ${JSON.stringify(publicOrigin)}, which is no origin: write it like "https://mcp.example.com".`,
  );
}

function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { origin, protocol } = new URL(value);
  return /^https?:$/.test(protocol) && value.replace(/\/$/, '').toLowerCase() === origin;
}

function checkServer(name: string, server: unknown): void {
  if (!NAME.test(name)) {
    throw new TypeError(
      `The server name ${JSON.stringify(name)} cannot be part of a path: take 1 to 64 characters without slashes and control characters, like "files".`,
    );
  }
  const isSetup = isObject(server) && 'driver' in server;
  if (isDriver(isSetup ? server['driver'] : server)) return;
  const what = `The server "${name}" is no driver`;
  if (isObject(server) && 'command' in server) {
    throw new TypeError(
      `${what} but a plain object: hand its entry to stdio() of "sluice/node", with a \`name\`.`,
    );
  }
  const place = isSetup ? ' as its `driver`' : '';
  throw new TypeError(`${what}: give what stdio() or inprocess() returned${place}.`);
}

function isDriver(value: unknown): boolean {
  return (
    isObject(value) && ['open', 'health', 'close'].every((method) => typeof value[method] === 'function')
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
