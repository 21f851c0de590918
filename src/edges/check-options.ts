/** What a library user handed in, checked before anything is made of it: callers may have no types to warn them. */

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
  if (chosen === undefined || (typeof chosen === 'string' && Object.hasOwn(servers, chosen))) return;
  const names = Object.keys(servers).join(', ') || 'none';
  throw new TypeError(
    `\`default\` names ${JSON.stringify(chosen)}, which is not among the servers (${names}); name one that is, or leave it out.`,
  );
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
