/** What a library user handed in, checked before anything is made of it: callers may have no types to warn them. */
import { checkKeys, checkKeySource } from './check-keys.ts';
import { oauthFault } from '../access/oauth-options.ts';
import { isCallerProof } from '../protocol/caller-proof.ts';
import { checkMerge, checkOffer } from './check-merge.ts';
import { checkOverload } from './check-overload.ts';
import { checkPolicy } from './check-policy.ts';
import { checkSupervision } from './check-supervision.ts';
import { checkState } from './check-state.ts';
import { checkAddresses, checkProxies } from './check-where.ts';
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
  checkDefault('`default`', chosen, Object.keys(servers));
  checkDialect('`dialect`', options['dialect']);
  checkMerge('`merge`', options['merge']);
  checkPolicy('`policy`', options['policy']);
  checkOverload(options['overload']);
  checkOrigin(options['publicOrigin']);
  checkProxies(options['trustedProxies']);
  checkAddresses(options['allowedAddresses']);
  checkState(options['state']);
  checkKeys('`apiKeys`', options['apiKeys']);
  checkKeySource(options['keys'], options['keyRequired']);
  checkOauth(options['oauth']);
  checkProjects(options['projects'], Object.keys(servers));
}

function checkOauth(oauth: unknown): void {
  if (oauth === undefined) return;
  const fault = isObject(oauth)
    ? oauthFault(oauth)
    : 'must be an object, like { issuer: "https://auth.example.com" }';
  if (fault !== undefined) throw new TypeError(`\`oauth\` ${fault}.`);
  const { policies } = oauth as { readonly policies?: object };
  for (const [scope, policy] of Object.entries(policies ?? {}))
    checkPolicy(`\`policies\` of \`oauth\`, "${scope}"`, policy);
}

function checkOrigin(origin: unknown): void {
  if (origin === undefined || isOrigin(origin)) return;
  throw new TypeError(
    `\`publicOrigin\` is ${JSON.stringify(origin)}, which is no origin: write it like "https://mcp.example.com".`,
  );
}

function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { origin, protocol } = new URL(value);
  return /^https?:$/.test(protocol) && value.replace(/\/$/, '').toLowerCase() === origin;
}

function checkDefault(what: string, chosen: unknown, servers: readonly string[]): void {
  if (chosen === undefined || (typeof chosen === 'string' && servers.includes(chosen))) return;
  throw new TypeError(
    `${what} names ${JSON.stringify(chosen)}, which is not among the servers (${servers.join(', ') || 'none'}); name one that is, or leave it out.`,
  );
}

function checkDialect(what: string, dialect: unknown): void {
  if (dialect === undefined || DIALECT_NAMES.some((name) => name === dialect)) return;
  throw new TypeError(
    `${what} is ${JSON.stringify(dialect)}; there are ${DIALECT_NAMES.join(', ')}: name one of them, or leave it out.`,
  );
}

function checkProjects(projects: unknown, servers: readonly string[]): void {
  if (projects === undefined) return;
  if (!isObject(projects) || Array.isArray(projects)) {
    throw new TypeError(
      '`projects` must be an object with the projects by name, like { acme: { servers: { … } } }.',
    );
  }
  for (const [name, project] of Object.entries(projects)) checkProject(name, project, servers);
}

function checkProject(name: string, project: unknown, servers: readonly string[]): void {
  if (!NAME.test(name)) throw new TypeError(unfit('project', name, 'acme'));
  if (!isObject(project)) {
    throw new TypeError(`The project "${name}" must be an object, like { servers: { … }, apiKeys: [ … ] }.`);
  }
  const { servers: own = {}, shared = [], apiKeys } = project;
  if (!isObject(own) || Array.isArray(own)) {
    throw new TypeError(
      `The \`servers\` of the project "${name}" must be an object with its servers by name.`,
    );
  }
  for (const [server, entry] of Object.entries(own)) checkServer(server, entry);
  const names = Object.keys(own);
  for (const server of Array.isArray(shared) ? (shared as unknown[]) : [shared]) {
    const why = names.some((each) => each === server)
      ? 'which it has already'
      : 'which is no server of the gateway';
    if (typeof server === 'string' && servers.includes(server) && !names.includes(server)) names.push(server);
    else throw new TypeError(`\`shared\` of the project "${name}" names ${JSON.stringify(server)}, ${why}.`);
  }
  if (apiKeys !== undefined && !(Array.isArray(apiKeys) && apiKeys.length > 0)) {
    throw new TypeError(
      `\`apiKeys\` of the project "${name}" must hold a key; leave it out to take those of the gateway.`,
    );
  }
  checkAddresses(project['allowedAddresses'], ` of the project "${name}"`);
  checkKeys(`\`apiKeys\` of the project "${name}"`, apiKeys);
  checkDefault(`\`default\` of the project "${name}"`, project['default'], names);
  checkDialect(`\`dialect\` of the project "${name}"`, project['dialect']);
  checkMerge(`\`merge\` of the project "${name}"`, project['merge']);
  checkPolicy(`\`policy\` of the project "${name}"`, project['policy']);
}

/** RFC 9110 section 5.6.2. */
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** @param setup a server with more than its driver */
function checkSetup(name: string, setup: Record<string, unknown>): void {
  const { forwardHeaders = [], sharing = 'session', dialect, era = 'auto' } = setup;
  checkDialect(`\`dialect\` of the server "${name}"`, dialect);
  if (era !== 'auto' && era !== 'legacy' && era !== 'modern') {
    const given = JSON.stringify(era);
    throw new TypeError(`\`era\` of the server "${name}" is ${given}: give "auto", "legacy" or "modern".`);
  }
  checkOffer(name, setup['offer']);
  checkSupervision(name, setup);
  const isList =
    Array.isArray(forwardHeaders) &&
    forwardHeaders.every((each) => typeof each === 'string' && HEADER.test(each));
  if (!isList) {
    throw new TypeError(
      `\`forwardHeaders\` of the server "${name}" must be a list of names of headers, like ["x-tenant"].`,
    );
  }
  const proof = forwardHeaders.find((each: string) => isCallerProof(each.toLowerCase()));
  if (proof !== undefined) {
    throw new TypeError(
      `\`forwardHeaders\` of the server "${name}" names ${JSON.stringify(proof)}, with which callers prove who they are: that is for the gateway alone; give the server \`credentials\` of its own.`,
    );
  }
  if (sharing === 'shared' && isObject(setup['driver']) && setup['driver']['personal'] !== undefined) {
    throw new TypeError(
      `\`sharing\` of the server "${name}" must be "session" or "principal": with credentials of each caller nothing is shared among callers.`,
    );
  }
  if (forwardHeaders.length > 0 && sharing !== 'session') {
    throw new TypeError(
      `\`sharing\` of the server "${name}" must be "session" with \`forwardHeaders\`: what one caller sent must not speak for another.`,
    );
  }
}

function unfit(what: string, name: string, example: string): string {
  return `The ${what} name ${JSON.stringify(name)} cannot be part of a path: take 1 to 64 characters without slashes and control characters, like "${example}".`;
}

function checkServer(name: string, server: unknown): void {
  if (!NAME.test(name)) throw new TypeError(unfit('server', name, 'files'));
  const isSetup = isObject(server) && 'driver' in server;
  if (isDriver(isSetup ? server['driver'] : server)) return isSetup ? checkSetup(name, server) : undefined;
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
